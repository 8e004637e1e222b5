/// Sums of outer products, G += Σ a aᵀ over many rows a, which are made piece by piece and used while
/// they are in cache.
///
/// Rows come in units (a row of tiles, an image). Units are split into a fixed number of parts, whose
/// sums are formed in float32 (by BLAS) and added in order in double: the number of threads does not
/// enter.
package final class GramAccumulator {
  private static let parts = 8
  /// Floats of the rows that a worker makes at a time: half of a 1 MB cache.
  private static let piece = 131_072

  private let pool: WorkerPool
  private let sums: Buffer
  private var rows = Buffer(count: 0)

  /// - Parameter widest: the most columns a row will have.
  package init(widest: Int, pool: WorkerPool) {
    self.pool = pool
    sums = Buffer(count: Self.parts * widest * widest)
  }

  /// Adds the rows of `a` [rows, columns = n] to `sum` [n, n].
  package func add(_ a: Buffer, rows: Int, columns n: Int, into sum: inout Matrix) {
    precondition(a.count >= rows * n)
    let source = a.start
    add(units: rows, rows: 1, columns: n, into: &sum) { row, target in
      target.update(from: source + row * n, count: n)
      return 1
    }
  }

  /// - Parameters:
  ///   - rows: the most that a unit has
  ///   - fill: writes a unit's rows [·, n] and says how many there are; called by any thread
  func add(
    units: Int, rows: Int, columns n: Int, into sum: inout Matrix,
    fill: (_ unit: Int, _ rows: UnsafeMutablePointer<Float>) -> Int
  ) {
    precondition(sums.count >= Self.parts * n * n, "wider than the accumulator was made for")
    precondition(sum.rows == n && sum.columns == n && units > 0 && rows > 0)
    // Twice as many rows as columns: less, and reading and writing the sums would take as long.
    let together = max(1, Self.piece / (rows * n), 2 * n / rows)
    let size = together * rows * n
    if self.rows.count < pool.threads * size { self.rows = Buffer(count: pool.threads * size) }
    let (sums, memory) = (sums.start, self.rows.start)
    pool.run(Self.parts) { part, worker in
      let target = sums + part * n * n
      target.update(repeating: 0, count: n * n)
      let last = units * (part + 1) / Self.parts
      var unit = units * part / Self.parts
      while unit < last {
        let start = memory + worker * size
        var count = 0
        for next in unit..<min(unit + together, last) { count += fill(next, start + count * n) }
        BLAS.syrk(n: n, k: count, start, lda: n, beta: 1, target, ldc: n)
        unit += together
      }
    }
    addParts(n, into: &sum)
  }

  /// The upper triangle in bands of rows; each entry is one thread's.
  private func addParts(_ n: Int, into sum: inout Matrix) {
    let parts = sums.start
    sum.values.withUnsafeMutableBufferPointer { values in
      guard let sum = values.baseAddress else { return }
      let bands = min(n, 32)
      pool.run(bands) { band, _ in
        for i in n * band / bands..<n * (band + 1) / bands {
          for j in i..<n {
            var total = 0.0
            for part in 0..<Self.parts { total += Double(parts[(part * n + i) * n + j]) }
            sum[i * n + j] += total
            if j > i { sum[j * n + i] += total }
          }
        }
      }
    }
  }
}
