/// One block's state before training.

/// A block of an initial transformer on a batch of images, in evaluation mode. What is not finite is NaN.
package struct BlockProbe: Equatable, Sendable {
  /// timm's name, `blocks.0`.
  package let name: String
  /// T: over how many tokens attention can be spread.
  package let tokens: Int
  /// Attention head by head.
  package let heads: [HeadProbe]
  /// Root mean square of what attention adds to the tokens, over that of the tokens that it is added to.
  package let attentionRatio: Double
  /// The same of the MLP, which adds to the tokens after attention.
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

/// Attention of one head: means over images and over the tokens that ask, each of which has a row of probabilities P
/// over the tokens that are asked.
package struct HeadProbe: Equatable, Sendable {
  /// Entropy of a row in nats, from 0 to ln T.
  package let entropy: Double
  /// Effective number of tokens: the mean over rows of exp(entropy), from 1 to T. It is at least exp of the mean
  /// entropy.
  package let effectiveTokens: Double
  /// Share of a token's attention that is on itself, in [0, 1].
  package let selfMass: Double
  /// Standard deviation of the scores q·k/√h within a row, about the row's mean: what is added to all of a row
  /// does not change its softmax. Variances of rows are averaged before the root.
  package let scoreDeviation: Double

  package init(entropy: Double, effectiveTokens: Double, selfMass: Double, scoreDeviation: Double) {
    self.entropy = finiteOrNaN(entropy)
    self.effectiveTokens = finiteOrNaN(effectiveTokens)
    self.selfMass = finiteOrNaN(selfMass)
    self.scoreDeviation = finiteOrNaN(scoreDeviation)
  }
}

private func finiteOrNaN(_ value: Double) -> Double { value.isFinite ? value : .nan }
