/// What becomes of the gradients of a layer's parameters as a backward pass forms them.
package enum GradientUse: Sendable {
  /// They are kept (`Parameter.gradient`), for clipping and for inspection.
  case keep
  /// They are applied at once and forgotten, while they are in cache.
  case apply(any UpdateRule)
}
