// What a block's backward pass hands over for AGOP.

/// Gradients with respect to the outputs of a block's layers: δ of each token.
package struct TransformerDeltas {
  /// δ [R·N·T, K] of one layer.
  package struct Layer {
    private let values: Buffer
    private let tokens: Int
    private let outputs: Int

    fileprivate init(_ rows: Int, tokens: Int, outputs: Int) {
      values = Buffer(count: rows * tokens * outputs)
      (self.tokens, self.outputs) = (tokens, outputs)
    }

    /// Row `row` of the batch's: [T, K].
    func of(_ row: Int) -> Rows {
      values.rows(tokens, width: outputs, at: row * tokens * outputs)
    }

    /// Adds Σ δδᵀ of some of the layer's outputs to `sum`.
    package func addMoment(
      of outputs: Range<Int>, rows: Int, with gram: GramAccumulator, into sum: inout Matrix
    ) {
      let n = outputs.count
      gram.add(units: rows, rows: tokens, columns: n, into: &sum) { row, target in
        let deltas = of(row).columns(outputs)
        for token in 0..<tokens { (target + token * n).update(from: deltas.row(token), count: n) }
        return tokens
      }
    }
  }

  package let qkv: Layer
  package let projection: Layer
  package let hidden: Layer
  package let output: Layer

  /// - Parameter rows: images times gradients of each.
  package init(_ shape: TransformerShape, rows: Int) {
    func layer(_ outputs: Int) -> Layer {
      Layer(rows, tokens: shape.tokens, outputs: outputs)
    }
    (qkv, projection) = (layer(3 * shape.width), layer(shape.width))
    (hidden, output) = (layer(shape.mlp), layer(shape.width))
  }
}
