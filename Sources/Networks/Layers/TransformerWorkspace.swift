// Memory that a transformer's blocks share in backward passes for an AGOP.

import Tensors

/// The memory that a transformer's blocks share in passes that compute δ. Each block overwrites what the one before wrote.
final class TransformerWorkspace {
  /// The gradients δ with respect to the outputs of a block's maps; nil in a network for training or for evaluation only.
  let deltas: TransformerDeltas?
  /// The gradient with respect to a block's input, for when no layer reads it.
  let unwanted: Buffer

  /// Allocates the memory.
  /// - Parameter rows: The number of images times gradients in a pass that computes δ; 0 if there is no such pass.
  init(_ shape: TransformerShape, rows: Int) {
    deltas = rows > 0 ? TransformerDeltas(shape, rows: rows) : nil
    unwanted = Buffer(count: rows * shape.count)
  }
}
