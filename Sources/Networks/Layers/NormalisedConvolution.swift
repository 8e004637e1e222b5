/// A convolution and the batch normalisation behind it.

import Tensors

extension PlainShape {
  /// Shape of a map that is a convolution, on images or maps of this side.
  init(_ map: LinearMap, side: Int, images: Int) {
    guard case .convolution(let kernel, let stride) = map.window else {
      preconditionFailure("\(map.name) is no convolution")
    }
    self.init(
      images: images, height: side, width: side, inputs: map.inputs, outputs: map.outputs,
      kernel: kernel, stride: stride)
  }
}

/// z = W∗x and y = γ(z − μ)/σ + β, perhaps with a sum and ReLU: one linear map of a residual network. z and y may be one
/// buffer except where a backward pass by the batch's statistics will want both.
struct NormalisedConvolution {
  let map: LinearMap
  let convolution: any PlainConvolution
  let norm: BatchNorm

  /// - Parameter rectifies: whether ReLU follows.
  init(_ map: LinearMap, _ shape: PlainShape, rectifies: Bool, _ site: BuildingSite) {
    self.map = map
    convolution = site.algorithm.plain(
      shape, path: map.name + ".", pool: site.pool, workspace: site.workspace,
      trains: site.trains)
    norm = BatchNorm(
      channels: shape.outputs, area: shape.outputHeight * shape.outputWidth, images: shape.images,
      rectifies: rectifies, epsilon: ResNet.epsilon, path: (map.batchNorm ?? "") + ".",
      pool: site.pool, workspace: site.workspace)
  }

  var parameters: [Parameter] { [convolution.weight] + norm.parameters }

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

  /// z → y
  func normalise(_ z: Buffer, adding residual: Buffer? = nil, _ pass: ForwardPass, into y: Buffer) {
    norm.forward(
      z, images: pass.images, adding: residual, into: y, pass.statistics,
      retaining: pass.retaining)
  }

  /// Gradient with respect to y → with respect to z, which the tap listens to, and of γ and β, if gradients of parameters
  /// are wanted and the forward pass took the batch's statistics.
  ///
  /// - Parameters:
  ///   - dz: may be `dy`, unless `residual` is.
  ///   - residual: takes the gradient with respect to what was added, if asked for; may be `dy`.
  func backward(
    _ dy: Buffer, _ sweep: Sweep, _ statistics: BatchNorm.Statistics, into dz: Buffer,
    residual: Buffer? = nil
  ) {
    switch (statistics, sweep.use) {
    case (.batch, let use?):
      norm.backward(dy, images: sweep.images, into: dz, residual: residual, use)
    case (.batch, nil):
      preconditionFailure("gradients of inputs alone are those by the running statistics")
    case (.running, .apply?):
      preconditionFailure("a step of training takes the statistics of the batch")
    case (.running, _):
      norm.inputGradient(
        dy, images: sweep.images, repeats: sweep.repeats, into: dz, residual: residual)
    }
    sweep.tap?.listen(to: map) { gram, sum in
      gram.add(dz, rows: sweep.rows * norm.area, columns: norm.channels, into: &sum)
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
