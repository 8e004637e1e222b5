/// The logits whose gradients are used.
package enum LogitSelection: Equatable, Sendable {
  /// The first n logits.
  case first(Int)
  case all
  /// The logit of each image's own label.
  case label
  /// n random sign vectors r per image. The expected squared gradient of rᵀf is the sum over all logits f, so the
  /// estimate is unbiased. Its cost does not grow with the number of classes.
  case probes(Int)
}
