// Measurements of a transformer's block before training.

/// The state of a block of an initial transformer on a batch of images, in evaluation mode. Values that are not
/// finite are NaN.
package struct BlockProbe: Equatable, Sendable {
  /// The block's name as in timm, `blocks.0`.
  package let name: String
  /// T, the number of tokens that attention can be spread over.
  package let tokens: Int
  /// The attention of each head.
  package let heads: [HeadProbe]
  /// Root mean square of what attention adds to the tokens, divided by that of the tokens that it is added to.
  package let attentionRatio: Double
  /// The same ratio for the MLP, which adds to the tokens after attention.
  package let mlpRatio: Double
  /// Euclidean norm of the mean loss's gradient with respect to all parameters of the block.
  package let gradientNorm: Double

  package init(
    name: String, tokens: Int, heads: [HeadProbe], attentionRatio: Double, mlpRatio: Double,
    gradientNorm: Double
  ) {
    self.name = name
    self.tokens = tokens
    self.heads = heads
    self.attentionRatio = finiteOrNaN(attentionRatio)
    self.mlpRatio = finiteOrNaN(mlpRatio)
    self.gradientNorm = finiteOrNaN(gradientNorm)
  }

  /// The mean of a quantity over the heads.
  package func mean(_ quantity: (HeadProbe) -> Double) -> Double {
    heads.reduce(0) { $0 + quantity($1) } / Double(heads.count)
  }
}

/// The attention of one head: means over images and queries, each of which has a row of probabilities P
/// over the keys.
package struct HeadProbe: Equatable, Sendable {
  /// Entropy of a row in nats, from 0 to ln T.
  package let entropy: Double
  /// Effective number of tokens: the mean over rows of exp(entropy), from 1 to T. It is at least exp(mean entropy).
  package let effectiveTokens: Double
  /// Share of a token's attention that is on itself, in [0, 1].
  package let selfMass: Double
  /// Standard deviation of the scores q·k/√h within a row, about the row's mean, since a constant added to a row
  /// does not change its softmax. The variances of rows are averaged before the square root.
  package let scoreDeviation: Double

  package init(entropy: Double, effectiveTokens: Double, selfMass: Double, scoreDeviation: Double) {
    self.entropy = finiteOrNaN(entropy)
    self.effectiveTokens = finiteOrNaN(effectiveTokens)
    self.selfMass = finiteOrNaN(selfMass)
    self.scoreDeviation = finiteOrNaN(scoreDeviation)
  }
}

private func finiteOrNaN(_ value: Double) -> Double { value.isFinite ? value : .nan }
