/// A convolution without bias, ReLU and pool, as a network uses it, whichever arithmetic is inside.
package protocol PlainConvolution: AnyObject {
  var shape: PlainShape { get }

  /// Filters [K, C, k, k].
  var weight: Parameter { get }

  /// x [N, H, W, C] → z [N, H', W', K]. `retaining` keeps `x` for `backward`.
  func forward(_ x: Buffer, images: Int, into z: Buffer, retaining: Bool)

  /// Gradient with respect to z [N, H', W', K] → gradient of the filters, for `use`, and, if asked for, with respect to
  /// x [N, H, W, C] (overwritten). Follows a retaining `forward` whose x still holds what it held.
  func backward(_ dz: Buffer, images: Int, into dx: Buffer?, _ use: GradientUse)

  /// Gradient with respect to z [rows, H', W', K] → with respect to x [rows, H, W, C] (overwritten). It needs no forward
  /// pass: `rows`, at most the shape's `images`, may be several gradients of the same images.
  func inputGradient(_ dz: Buffer, rows: Int, into dx: Buffer)
}

extension ConvolutionAlgorithm {
  /// The convolution for `shape`.
  ///
  /// - Parameters:
  ///   - path: what the name of its parameter begins with, `conv1.`
  ///   - trains: whether `backward` will be called.
  package func plain(
    _ shape: PlainShape, path: String, pool: WorkerPool, workspace: Workspace, trains: Bool
  ) -> any PlainConvolution {
    if self == .winograd, let block = shape.block {
      if WinogradConvolution.fits(block) {
        return PackedPlainConvolution(
          shape,
          WinogradConvolution(
            block, path: path, pool: pool, workspace: workspace, trains: trains, isPlain: true))
      }
      if FirstLayerConvolution.fits(block) {
        return PackedPlainConvolution(
          shape,
          FirstLayerConvolution(
            block, path: path, pool: pool, workspace: workspace, trains: trains, isPlain: true))
      }
    }
    return PatchConvolution(shape, path: path, pool: pool, workspace: workspace, trains: trains)
  }
}

extension PlainShape {
  /// The block of this project's own kernels that begins with this convolution, if they can compute it.
  fileprivate var block: ConvolutionShape? {
    // Strided outputs come in fours: on smaller maps most products would be of zeros.
    guard kernel == 3, stride == 1 || (stride == 2 && min(outputHeight, outputWidth) > 2)
    else { return nil }
    return ConvolutionShape(
      images: images, height: height, width: width, inputs: inputs, outputs: outputs, pools: false,
      stride: stride)
  }
}

/// A block of this project's own kernels without what follows the convolution.
private final class PackedPlainConvolution: PlainConvolution {
  let shape: PlainShape
  private let block: any ConvolutionBlock

  init(_ shape: PlainShape, _ block: any ConvolutionBlock) {
    (self.shape, self.block) = (shape, block)
  }

  var weight: Parameter { block.weight }

  func forward(_ x: Buffer, images: Int, into z: Buffer, retaining: Bool) {
    block.forward(x, images: images, into: z, retaining: retaining)
  }

  func backward(_ dz: Buffer, images: Int, into dx: Buffer?, _ use: GradientUse) {
    block.backward(dz, images: images, into: dx, use)
  }

  func inputGradient(_ dz: Buffer, rows: Int, into dx: Buffer) {
    block.inputGradient(dz, images: rows, repeats: 1, into: dx)
  }
}
