/// Which arithmetic a convolution block uses.
public enum ConvolutionAlgorithm: String, CaseIterable, Sendable {
  /// Minimal filtering, and a register kernel of its own for three input channels.
  case winograd
  /// im2col and one product: slower, exact to rounding.
  case direct

  /// The block for `shape`; `direct`'s where channels do not come in sixteens.
  ///
  /// - Parameter trains: whether `backward` will be called.
  public func block(
    _ shape: ConvolutionShape, pool: WorkerPool, workspace: Workspace, trains: Bool
  ) -> any ConvolutionBlock {
    if self == .winograd, WinogradConvolution.fits(shape) {
      return WinogradConvolution(shape, pool: pool, workspace: workspace, trains: trains)
    }
    if self == .winograd, FirstLayerConvolution.fits(shape) {
      return FirstLayerConvolution(shape, pool: pool, workspace: workspace, trains: trains)
    }
    return DirectConvolution(shape, pool: pool, workspace: workspace, trains: trains)
  }
}
