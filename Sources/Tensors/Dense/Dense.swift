/// Products of a few rows of activations on one thread. Nothing is allocated, and nothing is written
/// outside the result.
package enum Dense {
  /// C [m, n] (+)= A [m, k] · B [k, n] + bias.
  ///
  /// C must not share memory with A or B.
  ///
  /// - Parameters:
  ///   - bias: one row of n, added to every row of the result
  ///   - adds: whether C's values are added to
  package static func product(
    _ a: Rows, _ b: Panels, into c: Rows, bias: Rows? = nil, adds: Bool = false
  ) {
    precondition(
      a.width == b.depth && a.count == c.count && b.width == c.width,
      "the shapes do not fit a product")
    precondition(bias.map { $0.count == 1 && $0.width == c.width } ?? true, "one bias a column")
    DenseKernel(
      a: a.start, row: a.stride, step: 1, b: b, c: c.start, cStride: c.stride, rows: c.count,
      bias: bias.map { UnsafePointer($0.start) }, adds: adds
    ).product()
  }

  /// C [m, n] (+)= Aᵀ · B with A [rows, m] and B [rows, n]: gradients of weights.
  ///
  /// C is read and written once a call: where it is larger than the cache, pass the rows of several
  /// images at once.
  package static func transposedProduct(
    _ a: Rows, _ b: Rows, into c: Rows, adds: Bool = true
  ) {
    precondition(
      a.count == b.count && a.width == c.count && b.width == c.width,
      "the shapes do not fit a product")
    DenseKernel(
      a: a.start, row: 1, step: a.stride, b: Panels(b), c: c.start, cStride: c.stride,
      rows: c.count, bias: nil, adds: adds
    ).transposedProduct()
  }

  /// sums [n] += Σ rows of A [m, n]: gradients of biases.
  package static func addColumnSums(_ a: Rows, into sums: Rows) {
    precondition(sums.count == 1 && sums.width == a.width, "one sum a column")
    let sum = sums.start
    for r in 0..<a.count {
      let row = a.row(r)
      walk(
        a.width, vector: { i in sum.store(sum.lanes(at: i) + row.lanes(at: i), at: i) },
        scalar: { i in sum[i] += row[i] })
    }
  }
}
