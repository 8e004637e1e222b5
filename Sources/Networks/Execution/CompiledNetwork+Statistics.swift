/// Running statistics of batch normalisation, measured anew.

import Tensors

extension CompiledNetwork {
  private var norms: [BatchNorm] { layers.flatMap(\.norms) }

  /// How far the running statistics of batch normalisations move towards a batch's; 1: they become the last batch's. All
  /// have the same.
  package var statisticsMomentum: Double {
    get { norms.first?.momentum ?? 0 }
    set { for norm in norms { norm.momentum = newValue } }
  }

  /// The running statistics become those of the first `images` of `input`, layer by layer: means, and unbiased variances
  /// as PyTorch keeps them.
  package func measureStatistics(images: Int) {
    let momentum = statisticsMomentum
    statisticsMomentum = 1
    forward(ForwardPass(images: images, retaining: false, dropout: nil, statistics: .batch))
    statisticsMomentum = momentum
  }
}
