/// Sums of outer products in double precision.

/// Σ a aᵀ and Σ a over rows a [n], summed in double precision: for regressions, which lose twice the
/// digits that their sums lose. (`GramAccumulator` sums in single precision, several times as fast.)
///
/// Rows are split into a fixed number of parts, whose sums are added in order: the number of threads does
/// not enter.
package struct SecondMoments: Sendable {
  /// Rows that were summed.
  package let count: Int
  /// Σ a [n]
  package let sums: [Double]
  /// Σ a aᵀ [n, n], symmetric.
  package let products: Matrix

  private static let parts = 8
  /// Rows that are made at a time.
  private static let block = 256

  /// Bytes that the sums of rows of n values take: one matrix for each part, and their total.
  package static func bytes(columns n: Int) -> Int {
    (parts + 1) * n * n * MemoryLayout<Double>.stride
  }

  /// - Parameters:
  ///   - rows: how many there are, at least one.
  ///   - n: values in a row.
  ///   - fill: writes some of the rows [·, n] one after another; called by any thread.
  package init(
    rows: Int, columns n: Int, pool: WorkerPool,
    fill: (_ rows: Range<Int>, _ values: UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    precondition(rows > 0 && n > 0)
    count = rows
    var partial = [Double](repeating: 0, count: Self.parts * n * (n + 1))
    partial.withUnsafeMutableBufferPointer { partial in
      pool.run(Self.parts) { part, _ in
        let start = part * n * (n + 1)
        Self.add(
          rows * part / Self.parts..<rows * (part + 1) / Self.parts, columns: n,
          products: UnsafeMutableBufferPointer(rebasing: partial[start..<start + n * n]),
          sums: UnsafeMutableBufferPointer(rebasing: partial[start + n * n..<start + n * (n + 1)]),
          fill)
      }
    }
    var (total, sums) = (Matrix(zeros: n, n), [Double](repeating: 0, count: n))
    for part in 0..<Self.parts {
      let start = part * n * (n + 1)
      for i in 0..<n {
        for j in i..<n { total[i, j] += partial[start + i * n + j] }
        sums[i] += partial[start + n * n + i]
      }
    }
    for i in 0..<n { for j in 0..<i { total[i, j] = total[j, i] } }
    (self.sums, products) = (sums, total)
  }

  /// The upper triangle of Σ a aᵀ, and Σ a, over these rows.
  private static func add(
    _ rows: Range<Int>, columns n: Int, products: UnsafeMutableBufferPointer<Double>,
    sums: UnsafeMutableBufferPointer<Double>,
    _ fill: (Range<Int>, UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    var values = [Double](repeating: 0, count: min(block, rows.count) * n)
    values.withUnsafeMutableBufferPointer { values in
      var first = rows.lowerBound
      while first < rows.upperBound {
        let chosen = first..<min(first + block, rows.upperBound)
        fill(chosen, UnsafeMutableBufferPointer(rebasing: values[..<(chosen.count * n)]))
        for row in 0..<chosen.count { for i in 0..<n { sums[i] += values[row * n + i] } }
        if let a = values.baseAddress, let c = products.baseAddress {
          BLAS.syrk(n: n, k: chosen.count, a, lda: n, beta: 1, c, ldc: n)
        }
        first = chosen.upperBound
      }
    }
  }
}
