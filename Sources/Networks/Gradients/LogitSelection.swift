/// The logits that gradients are taken of.

/// Which outputs of the head the gradients are taken of.
package enum LogitSelection: Equatable, Sendable {
  /// The first n logits.
  case first(Int)
  case all
  /// The logit of each image's own label.
  case label
  /// n random sign vectors r per image: E over r of the gradient of rᵀf squared is the sum over all
  /// logits. Unbiased, and affordable for 1000-way heads.
  case probes(Int)
}
