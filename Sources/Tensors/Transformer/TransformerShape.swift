// The sizes of a transformer's block.

package struct TransformerShape: Equatable, Sendable {
  /// T: tokens of an image.
  package let tokens: Int
  /// d: values of a token.
  package let width: Int
  package let heads: Int
  /// Hidden units of the MLP.
  package let mlp: Int
  /// ε of layer normalisation.
  package let epsilon: Double

  package init(tokens: Int, width: Int, heads: Int, mlp: Int, epsilon: Double) {
    precondition(tokens > 0 && heads > 0 && width > 0 && width % heads == 0 && mlp > 0)
    (self.tokens, self.width, self.heads, self.mlp) = (tokens, width, heads, mlp)
    self.epsilon = epsilon
  }

  /// Values of an image's tokens.
  package var count: Int { tokens * width }
  /// h: values of a head's query.
  package var headWidth: Int { width / heads }
}
