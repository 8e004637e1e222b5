/// What a network asks of a convolution without bias, ReLU and pool, whichever arithmetic is inside.
package protocol PlainConvolution: AnyObject {
  var shape: PlainShape { get }

  /// Filters [K, C, k, k].
  var weight: Parameter { get }

  /// x [N, H, W, C] → z [N, H', W', K]. `retaining` keeps `x` in mind for `backward`.
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
    PatchConvolution(shape, path: path, pool: pool, workspace: workspace, trains: trains)
  }
}
