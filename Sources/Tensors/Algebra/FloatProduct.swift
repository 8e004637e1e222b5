/// Matrix products in single precision on plain arrays, for modules above that draw or measure with
/// matrices too large for double precision to be free.
package enum FloatProduct {
  /// C [m, n] ← A·B, or A·Bᵀ; A [m, k], B [k, n] or [n, k] when `transposeB`. Row-major; one thread,
  /// so that calls may be shared out over a pool.
  package static func multiply(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>, transposeB: Bool = false,
    m: Int, n: Int, k: Int, into c: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(a.count >= m * k && b.count >= k * n && c.count >= m * n)
    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress, m > 0, n > 0, k > 0
    else { return }
    BLAS.gemm(
      transposeB: transposeB, m: m, n: n, k: k, a, lda: k, b, ldb: transposeB ? k : n, c, ldc: n)
  }

  /// Upper triangle of C [n, n] ← AᵀA with A [rows, n]; the rest of C is left as it was.
  package static func gram(
    _ a: UnsafeBufferPointer<Float>, rows: Int, columns n: Int,
    into c: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(a.count >= rows * n && c.count >= n * n)
    guard let a = a.baseAddress, let c = c.baseAddress, rows > 0, n > 0 else { return }
    BLAS.syrk(n: n, k: rows, a, lda: n, beta: 0, c, ldc: n)
  }
}
