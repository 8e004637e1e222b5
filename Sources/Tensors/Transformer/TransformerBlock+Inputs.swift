/// What has entered a block's maps, for measuring.

extension TransformerBlock {
  /// Which of a block's maps.
  package enum Reader: Sendable {
    case attention
    case projection
    case hidden
    case output
  }

  /// What has entered a map in the last forward pass: [N, T, ·].
  package func input(of reader: Reader) -> Buffer {
    guard let x = input else { preconditionFailure("nothing has entered the block") }
    guard reader != .projection else { return memory.attention }
    let width = reader == .output ? shape.mlp : shape.width
    let result = Buffer(count: memory.images * shape.tokens * width)
    pool.run(memory.images) { image, _ in
      let kept = memory.of(image)
      let target = result.rows(shape.tokens, width: width, at: image * shape.tokens * width)
      switch reader {
      case .attention:
        norm1.normalise(tokens(image, of: x), statistics: kept.statistics1, into: target)
      case .hidden: norm2.normalise(kept.middle, statistics: kept.statistics2, into: target)
      case .output: GELU.forward(kept.hidden, into: target)
      case .projection: break
      }
    }
    return result
  }

  /// Attention's probabilities [T, T] of a head for an image of the last forward pass: a row for each token that asks.
  package func probabilities(image: Int, head: Int) -> Matrix {
    precondition((0..<memory.images).contains(image) && (0..<shape.heads).contains(head))
    let t = shape.tokens
    let p = Buffer(count: t * t)
    attention.probabilities(
      .init(head, of: shape.heads, in: memory.of(image).qkv), into: p.rows(t, width: t),
      statistics: Buffer(count: t * Attention.statistics).rows(t, width: Attention.statistics),
      scratch: Buffer(count: attention.scratch).rows(1, width: attention.scratch))
    return Matrix(p.values().map(Double.init), rows: t, columns: t)
  }
}
