/// Where the linear maps of a transformer stand.

/// What a linear map of a transformer's body does, and in which block.
package enum TransformerStation: Equatable, Sendable {
  /// Pixels of a patch become a token.
  case embedding
  /// Queries, keys or values of one head.
  case reader(VisionTransformer.Part, head: Int, block: Int)
  /// What the heads have gathered is added to the tokens.
  case projection(block: Int)
  /// Tokens become the MLP's hidden units.
  case hidden(block: Int)
  /// The hidden units are added to the tokens.
  case output(block: Int)

  /// The block's number, from 0; nil: it stands before all of them.
  package var block: Int? {
    switch self {
    case .embedding: nil
    case .reader(_, _, let block), .projection(let block), .hidden(let block), .output(let block):
      block
    }
  }

  /// Whether it reads tokens: queries, keys, values, hidden units. The others write them.
  package var reads: Bool {
    switch self {
    case .reader, .hidden: true
    case .embedding, .projection, .output: false
    }
  }
}
