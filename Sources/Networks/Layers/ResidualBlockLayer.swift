/// A residual block, as a layer.

import Tensors

/// Maps [N, H, W, C] → maps [N, H', W', K]: y = ReLU(BN₂(W₂∗h) + s) with h = ReLU(BN₁(W₁∗x)), and s = x or BN(W∗x).
final class ResidualBlockLayer: Layer {
  /// A block's convolutions, before there is memory for them.
  struct Plan {
    let maps: [LinearMap]
    let first: PlainShape
    let second: PlainShape
    let downsample: PlainShape?

    /// - Parameters:
    ///   - maps: conv1, conv2 and the shortcut's convolution, if any.
    ///   - side: height and width of the input.
    init(_ maps: [LinearMap], side: Int, images: Int) {
      precondition((2...3).contains(maps.count))
      self.maps = maps
      first = PlainShape(maps[0], side: side, images: images)
      second = PlainShape(maps[1], side: first.outputHeight, images: images)
      downsample = maps.count > 2 ? PlainShape(maps[2], side: side, images: images) : nil
    }
  }

  private let first: NormalisedConvolution
  private let second: NormalisedConvolution
  private let downsample: NormalisedConvolution?
  private let memory: ResidualMemory
  /// h
  private let hidden: Buffer
  /// What the convolutions put out, kept for a backward pass by the batch's statistics; else each is normalised in place.
  private let products: (first: Buffer, second: Buffer, downsample: Buffer)?
  private var statistics = BatchNorm.Statistics.running
  private let pool: WorkerPool

  init(_ plan: Plan, _ memory: ResidualMemory, _ site: BuildingSite) {
    first = NormalisedConvolution(plan.maps[0], plan.first, rectifies: true, site)
    second = NormalisedConvolution(plan.maps[1], plan.second, rectifies: true, site)
    downsample = plan.downsample.map {
      NormalisedConvolution(plan.maps[2], $0, rectifies: false, site)
    }
    self.memory = memory
    pool = site.pool
    func buffer(_ count: Int?) -> Buffer { Buffer(count: site.batch * (count ?? 0)) }
    hidden = memory.hidden ?? buffer(plan.first.outputCount)
    products =
      site.trains
      ? (
        buffer(plan.first.outputCount), buffer(plan.second.outputCount),
        buffer(plan.downsample?.outputCount)
      ) : nil
  }

  private var convolutions: [NormalisedConvolution] {
    [first, second] + (downsample.map { [$0] } ?? [])
  }

  var outputCount: Int { second.convolution.shape.outputCount }
  var maps: [MappedLayer] {
    [first.mapped(), second.mapped { [hidden] _ in hidden }]
      + (downsample.map { [$0.mapped()] } ?? [])
  }
  var parameters: [Parameter] { convolutions.flatMap(\.parameters) }
  var norms: [BatchNorm] { convolutions.map(\.norm) }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    for map in convolutions.indices { forward(x, pass, from: map, into: y) }
  }

  func forward(_ x: Buffer, _ pass: ForwardPass, from map: Int, into y: Buffer) {
    if pass.retaining { statistics = pass.statistics }
    let sum = products?.second ?? y
    switch map {
    case 0:
      let z = products?.first ?? hidden
      first.multiply(x, pass, into: z)
      first.normalise(z, pass, into: hidden)
    case 1:
      second.multiply(hidden, pass, into: sum)
      if downsample == nil { second.normalise(sum, adding: x, pass, into: y) }
    default:
      let z = products?.downsample ?? memory.shortcut
      downsample?.multiply(x, pass, into: z)
      downsample?.normalise(z, pass, into: memory.shortcut)
      second.normalise(sum, adding: memory.shortcut, pass, into: y)
    }
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    let (one, two) = memory.gradients
    // From here on dy is the gradient with respect to the sum, before ReLU.
    second.backward(dy, sweep, statistics, into: one, residual: dy)
    second.backward(one, sweep, into: two)
    first.backward(two, sweep, statistics, into: two)
    first.backward(two, sweep, into: dx)
    guard let downsample else {
      if let dx { add(dy, into: dx, sweep) }
      return
    }
    downsample.backward(dy, sweep, statistics, into: dy)
    downsample.backward(dy, sweep, into: dx == nil ? nil : two)
    if let dx { add(two, into: dx, sweep) }
  }

  private func add(_ gradient: Buffer, into dx: Buffer, _ sweep: Sweep) {
    ResidualSum.add(
      gradient, count: sweep.rows * first.convolution.shape.inputCount, into: dx, pool: pool)
  }
}
