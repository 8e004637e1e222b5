/// One layer's state before training.

/// A linear map of an initial network on a batch of images, in evaluation mode.
package struct LayerProbe: Equatable, Sendable {
  /// PyTorch's name, `features.0`.
  package let name: String
  /// Standard deviation of the pre-activations over images, positions and filters or units.
  package let deviation: Double
  /// exp(entropy of the normalised eigenvalues) of the pre-activations' covariance.
  package let effectiveRank: Double
  /// Share of the filters or units in [0, 1] that no image switches on; nil where no ReLU follows that could
  /// leave them off.
  package let deadShare: Double?
  /// Euclidean norm of the mean loss's gradient with respect to the layer's weights.
  package let gradientNorm: Double
  /// Whether it is one of the fully connected layers, which not every run probes.
  package let isOfHead: Bool
  /// R² of the source's channels in those that the layer reads, where its filters were carried over from
  /// the source's channels (`sample-init --align`).
  package let explained: Double?
  /// What it shares with the other heads' maps of its layer, `blocks.0.attn.q`; nil: it is no head's.
  package let part: String?

  package init(
    name: String, deviation: Double, effectiveRank: Double, deadShare: Double?,
    gradientNorm: Double, isOfHead: Bool, explained: Double? = nil, part: String? = nil
  ) {
    self.name = name
    self.deviation = deviation
    self.effectiveRank = effectiveRank
    self.deadShare = deadShare
    self.gradientNorm = gradientNorm
    self.isOfHead = isOfHead
    self.explained = explained
    self.part = part
  }
}
