// A residual block, as a layer.

import Tensors

/// Maps [N, H, W, C] → maps [N, H', W', K]: y = ReLU(BN₂(W₂∗h) + s) with h = ReLU(BN₁(W₁∗x)), and s = x or BN(W∗x). Without
/// batch normalisations the block has scalars (`ResNet.Scalars`).
final class ResidualBlockLayer: Layer {
  /// A block's convolutions, before there is memory for them.
  struct Plan {
    let maps: [LinearMap]
    let scalars: ResNet.Scalars?
    let first: PlainShape
    let second: PlainShape
    let downsample: PlainShape?

    /// - Parameters:
    ///   - maps: conv1, conv2 and the shortcut's convolution, if any.
    ///   - scalars: names of the scalars of a block without batch normalisations.
    ///   - side: height and width of the input.
    init(_ maps: [LinearMap], scalars: ResNet.Scalars?, side: Int, images: Int) {
      precondition((2...3).contains(maps.count))
      (self.maps, self.scalars) = (maps, scalars)
      first = PlainShape(maps[0], side: side, images: images)
      second = PlainShape(maps[1], side: first.outputHeight, images: images)
      downsample = maps.count > 2 ? PlainShape(maps[2], side: side, images: images) : nil
    }
  }

  /// The biases before the two convolutions of a block without batch normalisations, and memory.
  private struct Shifts {
    let first: ScalarMap
    let second: ScalarMap
    /// x + bias1a, which the first convolution and the shortcut's read.
    let shifted: Buffer
    /// ReLU(W₁∗(x + bias1a) + bias1b), which is h without bias2a.
    let rectified: Buffer
  }

  private let first: ResidualConvolution
  private let second: ResidualConvolution
  private let downsample: ResidualConvolution?
  private let shifts: Shifts?
  private let memory: ResidualMemory
  /// h
  private let hidden: Buffer
  /// What the convolutions put out, kept for a backward pass by the batch's statistics; else each is normalised in place.
  private let products: (first: Buffer, second: Buffer, downsample: Buffer)?
  private var statistics = BatchNorm.Statistics.running
  private let pool: WorkerPool

  init(_ plan: Plan, _ memory: ResidualMemory, _ site: BuildingSite) {
    let scalars = plan.scalars
    first = ResidualConvolution(
      plan.maps[0], plan.first, scalars: scalars.map { FollowingScalars(bias: $0.afterFirst) },
      rectifies: true, site)
    second = ResidualConvolution(
      plan.maps[1], plan.second,
      scalars: scalars.map { FollowingScalars(scale: $0.scale, bias: $0.afterSecond) },
      rectifies: true, site)
    downsample = plan.downsample.map {
      ResidualConvolution(plan.maps[2], $0, scalars: nil, rectifies: false, site)
    }
    self.memory = memory
    pool = site.pool
    func buffer(_ count: Int?) -> Buffer { Buffer(count: site.batch * (count ?? 0)) }
    let hidden = memory.hidden ?? buffer(plan.first.outputCount)
    self.hidden = hidden
    products =
      site.trains
      ? (
        buffer(scalars == nil ? plan.first.outputCount : 0), buffer(plan.second.outputCount),
        buffer(scalars == nil ? plan.downsample?.outputCount : 0)
      ) : nil
    func shift(_ bias: String, _ shape: PlainShape) -> ScalarMap {
      ScalarMap(
        count: shape.inputCount, images: site.batch, bias: bias, rectifies: false, pool: site.pool,
        workspace: site.workspace)
    }
    shifts = scalars.map { scalars in
      Shifts(
        first: shift(scalars.beforeFirst, plan.first),
        second: shift(scalars.beforeSecond, plan.second),
        shifted: memory.shifted ?? buffer(plan.first.inputCount),
        rectified: site.differentiates ? buffer(plan.first.outputCount) : hidden)
    }
  }

  private var convolutions: [ResidualConvolution] {
    [first, second] + (downsample.map { [$0] } ?? [])
  }

  var outputCount: Int { second.convolution.shape.outputCount }
  var maps: [MappedLayer] {
    // The first map's input is asked for before the block's forward pass.
    let shifting = (shifts?.first).map { shift in { shift.value(of: $0) } }
    return [first.mapped(input: shifting), second.mapped { [hidden] _ in hidden }]
      + (downsample.map { [$0.mapped(input: shifting)] } ?? [])
  }
  var parameters: [Parameter] {
    let before = [shifts?.first, shifts?.second].map { $0?.parameters ?? [] }
    return zip(before, [first, second]).flatMap { $0 + $1.parameters }
      + (downsample?.parameters ?? [])
  }
  var norms: [BatchNorm] { convolutions.compactMap(\.norm) }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    for map in convolutions.indices { forward(x, pass, from: map, into: y) }
  }

  func forward(_ x: Buffer, _ pass: ForwardPass, from map: Int, into y: Buffer) {
    if pass.retaining { statistics = pass.statistics }
    let sum = products?.second ?? y
    switch map {
    case 0: forward(x, pass)
    case 1:
      second.multiply(hidden, pass, into: sum)
      if downsample == nil { second.follow(sum, adding: x, pass, into: y) }
    default:
      let z = shifts == nil ? products?.downsample ?? memory.shortcut : memory.shortcut
      downsample?.multiply(shifts?.shifted ?? x, pass, into: z)
      downsample?.follow(z, pass, into: memory.shortcut)
      second.follow(sum, adding: memory.shortcut, pass, into: y)
    }
  }

  /// x → h
  private func forward(_ x: Buffer, _ pass: ForwardPass) {
    guard let shifts else {
      let z = products?.first ?? hidden
      first.multiply(x, pass, into: z)
      first.follow(z, pass, into: hidden)
      return
    }
    let (images, retaining) = (pass.images, pass.retaining)
    shifts.first.forward(x, images: images, into: shifts.shifted, retaining: retaining)
    first.multiply(shifts.shifted, pass, into: shifts.rectified)
    first.follow(shifts.rectified, pass, into: shifts.rectified)
    shifts.second.forward(shifts.rectified, images: images, into: hidden, retaining: retaining)
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    let (one, two) = memory.gradients
    // From here on dy is the gradient with respect to the sum, before ReLU.
    second.backward(dy, sweep, statistics, into: one, residual: dy)
    second.backward(one, sweep, into: two)
    shifts?.second.backward(two, sweep, into: two)
    first.backward(two, sweep, statistics, into: two)
    first.backward(two, sweep, into: dx)
    if let downsample {
      downsample.backward(dy, sweep, statistics, into: dy)
      downsample.backward(dy, sweep, into: dx == nil ? nil : two)
    }
    guard let dx else {
      precondition(shifts == nil || sweep.use == nil, "a bias needs the gradient of what it shifts")
      return
    }
    if downsample != nil { add(two, into: dx, sweep) }
    shifts?.first.backward(dx, sweep, into: dx)
    if downsample == nil { add(dy, into: dx, sweep) }
  }

  private func add(_ gradient: Buffer, into dx: Buffer, _ sweep: Sweep) {
    ResidualSum.add(
      gradient, count: sweep.rows * first.convolution.shape.inputCount, into: dx, pool: pool)
  }
}
