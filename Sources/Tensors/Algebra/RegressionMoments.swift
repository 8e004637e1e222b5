// Sums that a linear regression needs, in double precision.

/// AᵀA, AᵀB, Σ b and Σ b² over rows (a, b) of n and k values, summed in double precision: regressions lose twice the
/// digits that their sums lose. (`GramAccumulator` sums in single precision, several times as fast.)
///
/// Rows are split into a fixed number of parts, whose sums are added in order: the number of threads does
/// not enter.
package struct RegressionMoments: Sendable {
  /// Rows that were summed.
  package let count: Int
  /// AᵀA [n, n], symmetric.
  package let regressors: Matrix
  /// AᵀB [n, k]
  package let shared: Matrix
  /// Σ b [k]
  package let sums: [Double]
  /// Σ b² [k]
  package let squares: [Double]

  private static let parts = 8
  /// Rows that are made at a time.
  private static let block = 256

  /// Bytes that the sums take: those of each part, their total, and the matrices made of it.
  package static func bytes(regressors n: Int, targets k: Int) -> Int {
    (parts + 2) * Layout(n: n, k: k).count * MemoryLayout<Double>.stride
  }

  /// - Parameters:
  ///   - rows: how many there are, at least one.
  ///   - n: values of a.
  ///   - k: values of b.
  ///   - fill: writes some of the rows [·, n + k] one after another; called by any thread.
  package init(
    rows: Int, regressors n: Int, targets k: Int, pool: WorkerPool,
    fill: (_ rows: Range<Int>, _ values: UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    precondition(rows > 0 && n > 0 && k > 0)
    let layout = Layout(n: n, k: k)
    var partial = [Double](repeating: 0, count: Self.parts * layout.count)
    partial.withUnsafeMutableBufferPointer { partial in
      pool.run(Self.parts) { part, _ in
        let memory = partial[part * layout.count..<(part + 1) * layout.count]
        Self.add(
          rows * part / Self.parts..<rows * (part + 1) / Self.parts, layout,
          into: UnsafeMutableBufferPointer(rebasing: memory), fill)
      }
    }
    var total = [Double](repeating: 0, count: layout.count)
    for part in 0..<Self.parts {
      for i in total.indices { total[i] += partial[part * layout.count + i] }
    }
    var own = Matrix(zeros: n, n)
    for i in 0..<n { for j in 0..<n { own[i, j] = total[min(i, j) * n + max(i, j)] } }
    (count, regressors) = (rows, own)
    shared = Matrix(Array(total[layout.shared..<layout.sums]), rows: n, columns: k)
    sums = Array(total[layout.sums..<layout.squares])
    squares = Array(total[layout.squares...])
  }

  /// Where a part's sums lie: AᵀA first.
  private struct Layout {
    let n, k: Int
    var shared: Int { n * n }
    var sums: Int { shared + n * k }
    var squares: Int { sums + k }
    var count: Int { squares + k }
  }

  /// Adds the sums over these rows; of AᵀA the upper triangle.
  private static func add(
    _ rows: Range<Int>, _ layout: Layout, into total: UnsafeMutableBufferPointer<Double>,
    _ fill: (Range<Int>, UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    let (n, k, width) = (layout.n, layout.k, layout.n + layout.k)
    var values = [Double](repeating: 0, count: min(block, rows.count) * width)
    var ofBlock = [Double](repeating: 0, count: k)
    values.withUnsafeMutableBufferPointer { values in
      var first = rows.lowerBound
      while first < rows.upperBound {
        let chosen = first..<min(first + block, rows.upperBound)
        fill(chosen, UnsafeMutableBufferPointer(rebasing: values[..<(chosen.count * width)]))
        for i in 0..<k { ofBlock[i] = 0 }
        for row in 0..<chosen.count {
          for i in 0..<k {
            let value = values[row * width + n + i]
            total[layout.sums + i] += value
            ofBlock[i].addProduct(value, value)
          }
        }
        for i in 0..<k { total[layout.squares + i] += ofBlock[i] }
        if let a = values.baseAddress, let c = total.baseAddress {
          BLAS.syrk(n: n, k: chosen.count, a, lda: width, beta: 1, c, ldc: n)
          BLAS.gemmTransposed(
            m: n, n: k, k: chosen.count, a, lda: width, a + n, ldb: width, beta: 1,
            c + layout.shared, ldc: k)
        }
        first = chosen.upperBound
      }
    }
  }
}
