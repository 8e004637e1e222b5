/// Sums of outer products: G += AᵀA for many rows.
public enum Gram {
  /// `sum` [n, n] += Σ over rows of `a` [rows, columns = n] of a aᵀ.
  ///
  /// Rows are split into `parts` whose sums are formed in float32 (by BLAS, blocked) and added in
  /// order in double: the number of threads does not enter.
  ///
  /// - Parameter scratch: at least parts·n² floats.
  public static func accumulate(
    _ a: Buffer, rows: Int, columns n: Int, parts: Int, scratch: Buffer, into sum: inout Matrix,
    pool: WorkerPool
  ) {
    precondition(a.count >= rows * n && scratch.count >= parts * n * n)
    precondition(sum.rows == n && sum.columns == n && parts > 0)
    pool.run(parts) { part, _ in
      let first = rows * part / parts
      let count = rows * (part + 1) / parts - first
      let target = scratch.start + part * n * n
      if count == 0 {
        target.update(repeating: 0, count: n * n)
      } else {
        BLAS.syrk(n: n, k: count, a.start + first * n, lda: n, beta: 0, target, ldc: n)
      }
    }
    sum.values.withUnsafeMutableBufferPointer { values in
      guard let sum = values.baseAddress else { return }
      // The upper triangle in bands of rows; each entry is one thread's.
      let bands = min(n, 32)
      pool.run(bands) { band, _ in
        for i in n * band / bands..<n * (band + 1) / bands {
          for j in i..<n {
            var total = 0.0
            for part in 0..<parts { total += Double(scratch.start[(part * n + i) * n + j]) }
            sum[i * n + j] += total
            if j > i { sum[j * n + i] += total }
          }
        }
      }
    }
  }
}
