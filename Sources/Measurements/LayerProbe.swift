// Measurements of a layer before training.

/// The state of a linear map of an initial network on a batch of images, in evaluation mode.
package struct LayerProbe: Equatable, Sendable {
  /// The layer's name as in PyTorch, `features.0`.
  package let name: String
  /// Standard deviation of the pre-activations over images, positions and filters or units.
  package let deviation: Double
  /// exp(entropy of the normalised eigenvalues) of the pre-activations' covariance.
  package let effectiveRank: Double
  /// Share of the filters or units, in [0, 1], that are zero after the ReLU for every image; nil if no ReLU follows.
  package let deadShare: Double?
  /// Euclidean norm of the mean loss's gradient with respect to the layer's weights.
  package let gradientNorm: Double
  /// Whether the layer is one of the fully connected layers, which not every run probes.
  package let isOfHead: Bool
  /// R² with which the channels that the layer reads explain the source's channels, if its filters were carried
  /// over from these (`sample-init --align`).
  package let explained: Double?
  /// The part that it shares with the other heads' maps of its layer, `blocks.0.attn.q`; nil if it is not a head's map.
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
