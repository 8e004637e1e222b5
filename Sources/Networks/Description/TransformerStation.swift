/// The role of a linear map in a transformer's body, and its block.
package enum TransformerStation: Equatable, Sendable {
  /// The patch embedding, which maps the pixels of a patch to a token.
  case embedding
  /// The map to the queries, keys or values of one head.
  case reader(VisionTransformer.Part, head: Int, block: Int)
  /// The projection of attention, which maps the outputs of the heads to what is added to the tokens.
  case projection(block: Int)
  /// The first layer of the MLP, which maps tokens to hidden units.
  case hidden(block: Int)
  /// The second layer of the MLP, which maps hidden units to what is added to the tokens.
  case output(block: Int)

  /// The index of the block, counted from 0; nil for the patch embedding, which comes before all blocks.
  package var block: Int? {
    switch self {
    case .embedding: nil
    case .reader(_, _, let block), .projection(let block), .hidden(let block), .output(let block):
      block
    }
  }

  /// Whether the map reads tokens, as those to queries, keys, values and hidden units do. The others write to tokens.
  package var reads: Bool {
    switch self {
    case .reader, .hidden: true
    case .embedding, .projection, .output: false
    }
  }
}
