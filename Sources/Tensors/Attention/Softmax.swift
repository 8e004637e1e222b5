/// Softmax over rows of scores. The largest is subtracted first, so that no score is too large.
package enum Softmax {
  /// x [rows, n] → y [rows, n]; y may be x. A row that has NaN or +∞, or only −∞, becomes NaN.
  package static func forward(_ x: Rows, into y: Rows) {
    precondition(x.isLike(y), "the rows have different shapes")
    for r in 0..<x.count {
      let (source, target) = (x.row(r), y.row(r))
      var most = Lanes(repeating: -.infinity)
      walkLanes(x.width) { part in most = most.larger(part.load(source, rest: -.infinity)) }
      let largest = most.largest
      var sum = Lanes.zero
      walkLanes(x.width) { part in
        let power = Lanes.exponential(part.load(source, rest: -.infinity) - largest)
        sum += power
        part.store(power, to: target)
      }
      let inverse = 1 / sum.total
      walkLanes(x.width) { part in part.store(part.load(target) * inverse, to: target) }
    }
  }

  /// scores [rows, n] → probabilities, softmax(scale·scores), and of each row the largest score and 1/Σ exp.
  /// n is a multiple of 16; the first `tokens` entries are scores, and the rest, fewer than 16, become 0.
  @inline(never)
  static func probabilities(_ scores: Rows, tokens: Int, scale: Float, statistics: Rows) {
    let last = scores.width &- 16
    let padding = padding(tokens &- last)
    for r in 0..<scores.count {
      let (row, kept) = (scores.row(r), statistics.row(r))
      let end = row.lanes(at: last).replacing(with: Lanes(repeating: -.infinity), where: padding)
      row.store(end, at: last)
      var most = end
      var i = 0
      while i < last {
        most = most.larger(row.lanes(at: i))
        i &+= 16
      }
      let largest = most.largest
      var sum = Lanes.zero
      i = 0
      while i <= last {
        let power = Lanes.exponential((row.lanes(at: i) - largest) * scale)
        sum += power
        row.store(power, at: i)
        i &+= 16
      }
      let inverse = 1 / sum.total
      i = 0
      while i <= last {
        row.store(row.lanes(at: i) * inverse, at: i)
        i &+= 16
      }
      kept[0] = largest[0]
      kept[1] = inverse[0]
    }
  }

  /// scores [rows, n] → probabilities p, and their gradients dp [rows, n] → those of the scores before
  /// scaling, scale·p∘(dp − Σ p∘dp).
  @inline(never)
  static func backward(
    _ slopes: Rows, scores: Rows, tokens: Int, scale: Float, statistics: Rows
  ) {
    let last = scores.width &- 16
    let padding = padding(tokens &- last)
    for r in 0..<scores.count {
      let (row, slope) = (scores.row(r), slopes.row(r))
      let (largest, inverse) = (statistics.row(r)[0], statistics.row(r)[1])
      var sum = Lanes.zero
      var i = 0
      while i <= last {
        var p = Lanes.exponential((row.lanes(at: i) - largest) * scale) * inverse
        if i == last { p = p.replacing(with: 0, where: padding) }
        row.store(p, at: i)
        sum = sum.plus(p, times: slope.lanes(at: i))
        i &+= 16
      }
      let mean = sum.total
      i = 0
      while i <= last {
        slope.store(row.lanes(at: i) * (slope.lanes(at: i) - mean) * scale, at: i)
        i &+= 16
      }
    }
  }

  /// Which of sixteen lanes are beyond the first `count`.
  @inline(__always)
  private static func padding(_ count: Int) -> SIMDMask<SIMD16<Int32>> {
    let lanes = Lanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    return lanes .>= Float(count)
  }
}
