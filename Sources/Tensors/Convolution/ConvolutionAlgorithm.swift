/// Which arithmetic a convolution block uses.
package enum ConvolutionAlgorithm: String, CaseIterable, Sendable {
  /// Minimal filtering, and a register kernel of its own for three input channels.
  case winograd
  /// im2col and one product: slower, exact to rounding.
  case direct

  /// The block for `shape`; `direct`'s where channels do not come in sixteens.
  ///
  /// - Parameters:
  ///   - path: what the names of the block's parameters begin with, `features.0.`
  ///   - trains: whether `backward` will be called.
  package func block(
    _ shape: ConvolutionShape, path: String, pool: WorkerPool, workspace: Workspace, trains: Bool
  ) -> any ConvolutionBlock {
    if self == .winograd, WinogradConvolution.fits(shape) {
      return WinogradConvolution(
        shape, path: path, pool: pool, workspace: workspace, trains: trains)
    }
    if self == .winograd, FirstLayerConvolution.fits(shape) {
      return FirstLayerConvolution(
        shape, path: path, pool: pool, workspace: workspace, trains: trains)
    }
    return DirectConvolution(
      shape, path: path, pool: pool, workspace: workspace, trains: trains)
  }
}
