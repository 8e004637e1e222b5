/// The sum of the two gradients that meet at the input of a residual block.
package enum ResidualSum {
  /// sum += x, the first `count` floats of both.
  package static func add(_ x: Buffer, count: Int, into sum: Buffer, pool: WorkerPool) {
    precondition(count >= 0 && x.count >= count && sum.count >= count)
    let (source, target, piece) = (x.start, sum.start, 1 << 14)
    pool.run((count + piece - 1) / piece) { chunk, _ in
      let first = chunk * piece
      Reductions.addRows(
        source + first, rows: 1, columns: min(piece, count - first), into: target + first)
    }
  }
}
