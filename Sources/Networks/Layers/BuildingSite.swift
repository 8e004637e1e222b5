/// What layers share, and what is to be wanted of them.

import Tensors

/// What layers are made with.
struct BuildingSite {
  /// The most images (times gradients, for feature matrices) that one pass may hold.
  let batch: Int
  let algorithm: ConvolutionAlgorithm
  let pool: WorkerPool
  let workspace: Workspace
  /// Whether gradients of parameters will be wanted.
  let trains: Bool
  /// Whether any gradient will be.
  let differentiates: Bool
}
