/// Softmax attention of one head of one image on one thread, o = softmax(q·kᵀ/√h)·v. Scores are
/// computed for some rows of q at a time and never leave the cache; the backward pass recomputes them from
/// each row's largest score and the reciprocal of its sum.
///
/// A row with a score of NaN or +∞, or with −∞ alone, is NaN, as in PyTorch.
package struct Attention: Sendable {
  /// T
  package let tokens: Int
  /// h
  package let headWidth: Int
  /// Kept of each row of scores: the largest, before scaling, and 1/Σ exp.
  package static let statistics = 2

  package init(tokens: Int, headWidth: Int) {
    precondition(tokens > 0 && headWidth > 0)
    self.tokens = tokens
    self.headWidth = headWidth
  }

  /// What one head reads, or the gradients with respect to it.
  package struct Head {
    /// [T, h] each
    package let queries: Rows, keys: Rows, values: Rows

    package init(queries: Rows, keys: Rows, values: Rows) {
      self.queries = queries
      self.keys = keys
      self.values = values
    }

    /// Head number `head` of rows [T, 3d] that hold all queries, then all keys, then all values.
    package init(_ head: Int, of heads: Int, in rows: Rows) {
      precondition(
        head >= 0 && head < heads && rows.width % (3 * heads) == 0, "the rows do not hold this head"
      )
      let h = rows.width / (3 * heads)
      func columns(_ part: Int) -> Rows {
        let first = (part * heads + head) * h
        return rows.columns(first..<first + h)
      }
      self.init(queries: columns(0), keys: columns(1), values: columns(2))
    }
  }

  /// Floats of scratch that a call needs.
  package var scratch: Int { 2 * panels + 2 * rowsAtOnce * stride }

  /// Floats from one row of scores to the next: T and the padding.
  private var stride: Int { (tokens + 15) / 16 * 16 }
  /// Rows of scores that are computed at a time: they and their gradients fit the second-level cache.
  private var rowsAtOnce: Int { min(tokens, max(8, (1 << 16) / stride)) }
  private var panels: Int { Panels.size(depth: headWidth, width: tokens) }
  var scale: Float { 1 / Float(headWidth).squareRoot() }

  /// o [T, h] ← softmax(q·kᵀ/√h)·v.
  ///
  /// - Parameters:
  ///   - statistics: [T, 2], what `backward` needs of each row
  ///   - scratch: one row of at least `scratch` floats
  package func forward(_ x: Head, into o: Rows, statistics: Rows, scratch: Rows) {
    check(x, statistics: statistics, scratch: scratch)
    precondition(o.isLike(x.queries), "the output has another shape")
    eachProbabilities(x, statistics: statistics, scratch: scratch) { part, probabilities in
      Dense.product(probabilities, Panels(x.values), into: o.rows(part))
    }
  }

  /// p [T, T] ← softmax(q·kᵀ/√h): how much each token's query attends to each token's key. The statistics
  /// are set as by `forward`.
  package func probabilities(_ x: Head, into p: Rows, statistics: Rows, scratch: Rows) {
    check(x, statistics: statistics, scratch: scratch)
    precondition(p.count == tokens && p.width == tokens, "the probabilities have another shape")
    eachProbabilities(x, statistics: statistics, scratch: scratch) { part, probabilities in
      for r in 0..<part.count {
        p.row(part.lowerBound + r).update(from: probabilities.row(r), count: tokens)
      }
    }
  }

  /// Calls `body` with some rows' numbers and their probabilities [rows, T], until all are done.
  private func eachProbabilities(
    _ x: Head, statistics: Rows, scratch: Rows, _ body: (Range<Int>, Rows) -> Void
  ) {
    eachScores(x, scratch: scratch) { part, scores in
      Softmax.probabilities(
        scores, tokens: tokens, scale: scale, statistics: statistics.rows(part))
      body(part, scores.columns(0..<tokens))
    }
  }

  /// Calls `body` with some rows' numbers and their scores q·kᵀ before scaling, [rows, T] and the padding, until
  /// all are done; `body` may write over the scores.
  func eachScores(_ x: Head, scratch: Rows, _ body: (Range<Int>, Rows) -> Void) {
    let keys = pack(x.keys, at: scratch.start)
    eachPart { part in
      let scores = scores(part.count, scratch.start + 2 * panels)
      Dense.product(x.queries.rows(part), keys, into: scores)
      body(part, scores)
    }
  }

  /// ∂loss/∂o [T, h] → the gradients with respect to q, k and v, which are set.
  ///
  /// With P the probabilities and dP = do·vᵀ: dS = P∘(dP − rowsum(P∘dP))/√h, dq = dS·k, dk = dSᵀ·q,
  /// dv = Pᵀ·do.
  package func backward(
    _ slope: Rows, _ x: Head, statistics: Rows, into dx: Head, scratch: Rows
  ) {
    check(x, statistics: statistics, scratch: scratch)
    precondition(
      slope.isLike(x.queries) && dx.queries.isLike(x.queries) && dx.keys.isLike(x.keys)
        && dx.values.isLike(x.values), "the gradients have other shapes")
    let keys = pack(x.keys, at: scratch.start)
    let values = pack(x.values, at: scratch.start + panels)
    eachPart { part in
      let first = scratch.start + 2 * panels
      let probabilities = scores(part.count, first)
      let slopes = scores(part.count, first + rowsAtOnce * stride)
      let (queries, slope) = (x.queries.rows(part), slope.rows(part))
      Dense.product(queries, keys, into: probabilities)
      Dense.product(slope, values, into: slopes)
      Softmax.backward(
        slopes, scores: probabilities, tokens: tokens, scale: scale,
        statistics: statistics.rows(part))
      let (p, ds) = (probabilities.columns(0..<tokens), slopes.columns(0..<tokens))
      Dense.product(ds, Panels(x.keys), into: dx.queries.rows(part))
      let adds = part.lowerBound > 0
      Dense.transposedProduct(ds, queries, into: dx.keys, adds: adds)
      Dense.transposedProduct(p, slope, into: dx.values, adds: adds)
    }
  }

  func check(_ x: Head, statistics: Rows, scratch: Rows) {
    precondition(
      x.queries.count == tokens && x.queries.width == headWidth && x.keys.isLike(x.queries)
        && x.values.isLike(x.queries), "the head has another shape")
    precondition(statistics.count == tokens && statistics.width == Self.statistics)
    precondition(scratch.count == 1 && scratch.width >= self.scratch, "the scratch is too small")
  }

  private func eachPart(_ body: (Range<Int>) -> Void) {
    var first = 0
    while first < tokens {
      body(first..<min(tokens, first + rowsAtOnce))
      first += rowsAtOnce
    }
  }

  /// Rows of scores, the padding included.
  private func scores(_ count: Int, _ memory: UnsafeMutablePointer<Float>) -> Rows {
    Rows(memory, count: count, width: stride, stride: stride)
  }

  /// The transpose of keys or values in panels, as wide as a row of scores.
  private func pack(_ rows: Rows, at memory: UnsafeMutablePointer<Float>) -> Panels {
    for panel in 0..<(tokens + Panels.width - 1) / Panels.width {
      Packing.transpose(rows, panel: panel, into: memory + panel * Panels.width * headWidth)
    }
    return Panels(packed: memory, depth: headWidth, width: stride)
  }
}
