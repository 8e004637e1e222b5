/// Memory that a transformer's blocks share.

import Tensors

/// What blocks write in passes that listen to δ: one after another, each over the last one's.
final class TransformerWorkspace {
  /// δ of a block's maps; nil of networks that are trained or only evaluated.
  let deltas: TransformerDeltas?
  /// Where a block writes the gradient by its input when no layer reads it.
  let unwanted: Buffer

  /// - Parameter rows: images times gradients of a pass that listens; 0 where none does.
  init(_ shape: TransformerShape, rows: Int) {
    deltas = rows > 0 ? TransformerDeltas(shape, rows: rows) : nil
    unwanted = Buffer(count: rows * shape.count)
  }
}
