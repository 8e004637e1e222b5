// Sums and copies of rows without gaps between them.

extension Rows {
  private var isWhole: Bool { stride == width }

  /// self += x
  func add(_ x: Rows) {
    precondition(isLike(x) && isWhole && x.isWhole)
    let (source, target) = (x.start, start)
    walk(
      count * width, vector: { i in (target + i).store((target + i).lanes + (source + i).lanes) },
      scalar: { i in target[i] += source[i] })
  }

  /// self = x
  func copy(_ x: Rows) {
    precondition(isLike(x) && isWhole && x.isWhole)
    start.update(from: x.start, count: count * width)
  }

  /// Σ of the squares of all values.
  var sumOfSquares: Double {
    (0..<count).reduce(0) { sum, r in
      let row = row(r)
      return sum + (0..<width).reduce(0.0) { $0 + Double(row[$1]) * Double(row[$1]) }
    }
  }

  func fill(_ value: Float) {
    precondition(isWhole)
    start.update(repeating: value, count: count * width)
  }
}
