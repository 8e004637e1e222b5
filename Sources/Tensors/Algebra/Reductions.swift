/// Sums in a fixed order.
enum Reductions {
  /// sum [columns] += Σ rows of `a`
  static func addRows(
    _ a: UnsafePointer<Float>, rows: Int, columns: Int, into sum: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let source = a + row * columns
      walk(
        columns,
        vector: { i in (sum + i).store((sum + i).lanes + (source + i).lanes) },
        scalar: { i in sum[i] += source[i] })
    }
  }

  /// sum [count] = part 0 + part 1 + …
  static func addParts(
    _ a: UnsafePointer<Float>, parts: Int, stride: Int, count: Int,
    into sum: UnsafeMutablePointer<Float>
  ) {
    sum.update(from: a, count: count)
    for part in 1..<parts { addRows(a + part * stride, rows: 1, columns: count, into: sum) }
  }
}
