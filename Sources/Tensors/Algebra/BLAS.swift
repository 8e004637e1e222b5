// The one place that calls CBLAS.

import COpenBLAS

/// Matrix products through CBLAS, one thread a call: `WorkerPool` shares out the work, since
/// OpenBLAS's own threads lose up to a third on layer-sized products.
package enum BLAS {
  /// The address space that OpenBLAS takes for each thread that calls it: 32 MiB to 128 MiB by the kind of
  /// processor, of which a product uses the part that it needs. Without it OpenBLAS tries again for ever.
  package static let addressSpacePerThread = 128 << 20

  /// Set once: where `CBLASStart` could not act, OpenBLAS starts with as many threads as there are cores.
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  /// C [m, n] ← α·op(A)·op(B) + β·C on row-major memory; `lda`, `ldb`, `ldc` are row strides.
  @inline(__always)
  static func gemm(
    transposeA: Bool = false, transposeB: Bool = false, m: Int, n: Int, k: Int,
    alpha: Float = 1, _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int,
    beta: Float = 0, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    singleThreaded
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c,
      blasint(ldc))
  }

  /// Upper triangle of C [n, n] ← AᵀA + β·C with A [k, n].
  @inline(__always)
  static func syrk(
    n: Int, k: Int, _ a: UnsafePointer<Float>, lda: Int, beta: Float,
    _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    singleThreaded
    cblas_ssyrk(
      CblasRowMajor, CblasUpper, CblasTrans, blasint(n), blasint(k), 1, a, blasint(lda), beta, c,
      blasint(ldc))
  }

  /// The same in double precision.
  @inline(__always)
  static func syrk(
    n: Int, k: Int, _ a: UnsafePointer<Double>, lda: Int, beta: Double,
    _ c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    singleThreaded
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, blasint(n), blasint(k), 1, a, blasint(lda), beta, c,
      blasint(ldc))
  }

  /// C [m, n] ← AᵀB + β·C in double precision, A [k, m], B [k, n].
  @inline(__always)
  static func gemmTransposed(
    m: Int, n: Int, k: Int, _ a: UnsafePointer<Double>, lda: Int, _ b: UnsafePointer<Double>,
    ldb: Int, beta: Double, _ c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    singleThreaded
    cblas_dgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, blasint(m), blasint(n), blasint(k), 1, a,
      blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
  }

  /// C [m, n] = op(A)·op(B) in double precision.
  static func product(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, _ a: [Double], lda: Int,
    _ b: [Double], ldb: Int
  ) -> [Double] {
    singleThreaded
    var c = [Double](repeating: 0, count: m * n)
    guard m > 0, n > 0, k > 0 else { return c }
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), 1, a, blasint(lda), b, blasint(ldb), 0, &c, blasint(n))
    return c
  }
}
