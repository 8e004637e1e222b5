// A convolution of a residual network and what follows it.

import Tensors

extension PlainShape {
  /// The shape of a map that is a convolution, on images or maps of this side.
  init(_ map: LinearMap, side: Int, images: Int) {
    guard case .convolution(let kernel, let stride) = map.window else {
      preconditionFailure("\(map.name) is no convolution")
    }
    self.init(
      images: images, height: side, width: side, inputs: map.inputs, outputs: map.outputs,
      kernel: kernel, stride: stride)
  }
}

/// z = W∗x and what follows it: a batch normalisation, y = γ(z − μ)/σ + β, or scalars, y = m·z + b, perhaps with a sum
/// and ReLU; or nothing, y = z. It is one linear map of a residual network.
///
/// z and y may be one buffer except where a backward pass for parameters will read both: after the batch's statistics, and
/// with a multiplier m.
struct ResidualConvolution {
  private enum Follower {
    case norm(BatchNorm)
    case scalars(ScalarMap)
    case nothing
  }

  let map: LinearMap
  let convolution: any PlainConvolution
  private let follower: Follower

  /// - Parameters:
  ///   - scalars: those that follow it where no batch normalisation does; nil: none.
  ///   - rectifies: whether ReLU follows.
  init(
    _ map: LinearMap, _ shape: PlainShape, scalars: FollowingScalars?, rectifies: Bool,
    _ site: BuildingSite
  ) {
    self.map = map
    convolution = site.algorithm.plain(
      shape, path: map.name + ".", pool: site.pool, workspace: site.workspace,
      trains: site.trains)
    if let norm = map.batchNorm {
      follower = .norm(
        BatchNorm(
          channels: shape.outputs, area: shape.outputHeight * shape.outputWidth,
          images: shape.images, rectifies: rectifies, epsilon: ResNet.epsilon, path: norm + ".",
          pool: site.pool, workspace: site.workspace))
    } else if let scalars {
      follower = .scalars(
        ScalarMap(
          count: shape.outputCount, images: shape.images, scale: scalars.scale, bias: scalars.bias,
          rectifies: rectifies, pool: site.pool, workspace: site.workspace))
    } else {
      precondition(!rectifies, "a ReLU belongs to what follows a convolution")
      follower = .nothing
    }
  }

  var parameters: [Parameter] {
    switch follower {
    case .norm(let norm): [convolution.weight] + norm.parameters
    case .scalars(let scalars): [convolution.weight] + scalars.parameters
    case .nothing: [convolution.weight]
    }
  }

  /// Its batch normalisation, if it has one.
  var norm: BatchNorm? {
    if case .norm(let norm) = follower { norm } else { nil }
  }

  /// What services know of it.
  /// - Parameter input: from what enters the layer to what enters the convolution, where that is something else.
  func mapped(input: ((Buffer) -> Buffer)? = nil) -> MappedLayer {
    let shape = convolution.shape
    return MappedLayer(
      map: map, weight: convolution.weight, bias: nil,
      windows: .patches(
        MapPatches(
          height: shape.height, width: shape.width, inputs: shape.inputs, kernel: shape.kernel,
          stride: shape.stride)),
      input: input)
  }

  /// x → z
  func multiply(_ x: Buffer, _ pass: ForwardPass, into z: Buffer) {
    convolution.forward(x, images: pass.images, into: z, retaining: pass.retaining)
  }

  /// z → y. Where nothing follows the convolution, y is z.
  func follow(_ z: Buffer, adding residual: Buffer? = nil, _ pass: ForwardPass, into y: Buffer) {
    switch follower {
    case .norm(let norm):
      norm.forward(
        z, images: pass.images, adding: residual, into: y, pass.statistics,
        retaining: pass.retaining)
    case .scalars(let scalars):
      scalars.forward(
        z, images: pass.images, adding: residual, into: y, retaining: pass.retaining)
    case .nothing:
      precondition(y === z && residual == nil, "nothing follows \(map.name)")
    }
  }

  /// Gradient with respect to y → with respect to z, which the tap listens to, and of the parameters of what follows, if
  /// their gradients are wanted; a batch normalisation must then have taken the batch's statistics.
  ///
  /// - Parameters:
  ///   - dz: may be `dy`, unless `residual` is; is `dy` where nothing follows.
  ///   - residual: takes the gradient with respect to what was added, if asked for; may be `dy`.
  func backward(
    _ dy: Buffer, _ sweep: Sweep, _ statistics: BatchNorm.Statistics, into dz: Buffer,
    residual: Buffer? = nil
  ) {
    switch follower {
    case .norm(let norm): norm.backward(dy, sweep, statistics, into: dz, residual: residual)
    case .scalars(let scalars): scalars.backward(dy, sweep, into: dz, residual: residual)
    case .nothing: precondition(dz === dy && residual == nil, "nothing follows \(map.name)")
    }
    sweep.tap?.listen(to: map) { gram, sum in
      let shape = convolution.shape
      gram.add(
        dz, rows: sweep.rows * shape.outputHeight * shape.outputWidth, columns: shape.outputs,
        into: &sum)
    }
  }

  /// Gradient with respect to z → with respect to x, if asked for, and of W, if gradients of parameters are wanted.
  func backward(_ dz: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    if let use = sweep.use {
      convolution.backward(dz, images: sweep.rows, into: dx, use)
    } else if let dx {
      convolution.inputGradient(dz, rows: sweep.rows, into: dx)
    }
  }
}
