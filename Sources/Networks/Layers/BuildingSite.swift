// The settings and the memory that all layers of a network share.

import Tensors

/// The settings and shared resources that layers are made with.
struct BuildingSite {
  /// The largest number of images in a pass; for feature matrices, the largest number of images times gradients.
  let batch: Int
  let algorithm: ConvolutionAlgorithm
  let pool: WorkerPool
  let workspace: Workspace
  /// Whether gradients of parameters will be needed.
  let trains: Bool
  /// Whether any gradient will be needed.
  let differentiates: Bool
}
