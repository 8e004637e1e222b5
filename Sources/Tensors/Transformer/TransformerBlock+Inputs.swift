// What has entered a block's maps, for measuring.

extension TransformerBlock {
  /// Which of a block's maps, in the order of computing: those that read one input together.
  package enum Reader: Sendable, CaseIterable {
    case attention
    case projection
    case hidden
    case output
  }

  /// What enters a map: [N, T, ·]. A forward pass must have computed it; queries, keys and values need none.
  ///
  /// - Parameter x: what enters the block.
  package func input(of reader: Reader, x: Buffer) -> Buffer {
    guard reader != .projection else { return memory.attention }
    let width = reader == .output ? shape.mlp : shape.width
    let (t, kinds) = (shape.tokens, LayerNorm.statistics)
    let result = Buffer(count: memory.images * t * width)
    let unwanted = Buffer(count: memory.images * t * kinds)
    pool.run(memory.images) { image, _ in
      let kept = memory.of(image)
      let target = result.rows(t, width: width, at: image * t * width)
      let statistics = unwanted.rows(t, width: kinds, at: image * t * kinds)
      switch reader {
      case .attention: norm1.forward(tokens(image, of: x), into: target, statistics: statistics)
      case .hidden: norm2.forward(kept.middle, into: target, statistics: statistics)
      case .output: GELU.forward(kept.hidden, into: target)
      case .projection: break
      }
    }
    return withExtendedLifetime(unwanted) { result }
  }

  /// Attention's probabilities [T, T] of a head for an image of the last forward pass: a row for each token that asks.
  package func probabilities(image: Int, head: Int) -> Matrix {
    precondition((0..<memory.images).contains(image) && (0..<shape.heads).contains(head))
    let (t, kinds) = (shape.tokens, Attention.statistics)
    let (p, statistics) = (Buffer(count: t * t), Buffer(count: t * kinds))
    let scratch = Buffer(count: attention.scratch)
    attention.probabilities(
      .init(head, of: shape.heads, in: memory.of(image).qkv), into: p.rows(t, width: t),
      statistics: statistics.rows(t, width: kinds),
      scratch: scratch.rows(1, width: attention.scratch))
    return withExtendedLifetime((statistics, scratch)) {
      Matrix(p.values().map(Double.init), rows: t, columns: t)
    }
  }
}
