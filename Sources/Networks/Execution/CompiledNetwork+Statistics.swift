// Recomputation of the running statistics of batch normalisation on a given batch.

import Tensors

extension CompiledNetwork {
  private var norms: [BatchNorm] { layers.flatMap(\.norms) }

  /// The momentum of the running statistics, in [0, 1], which all batch normalisations share: running ← (1 − momentum) ·
  /// running + momentum · batch. With 1, they are those of the last batch. 0 if the network has no batch normalisation.
  package var statisticsMomentum: Double {
    get { norms.first?.momentum ?? 0 }
    set { for norm in norms { norm.momentum = newValue } }
  }

  /// Replaces the running statistics by those of the first `images` images of `input`.
  ///
  /// One forward pass sets them layer by layer: means, and unbiased variances as in PyTorch.
  package func measureStatistics(images: Int) {
    let momentum = statisticsMomentum
    statisticsMomentum = 1
    forward(ForwardPass(images: images, retaining: false, dropout: nil, statistics: .batch))
    statisticsMomentum = momentum
  }
}
