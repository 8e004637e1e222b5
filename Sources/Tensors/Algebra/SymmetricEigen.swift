// Eigenvalues and eigenvectors of symmetric matrices.

import COpenBLAS

/// A symmetric matrix as U·diag(λ)·Uᵀ.
package struct SymmetricEigen: Sendable {
  /// λ in descending order.
  package let values: [Double]
  /// Row i is the unit eigenvector of λ_i.
  package let vectors: Matrix

  /// The largest order: LAPACK counts its work in 32 bits.
  package static let largestOrder = 32_766

  /// Bytes that the decomposition of a matrix of order n takes: the matrix, LAPACK's copy and its work of
  /// 2n² numbers, and the vectors.
  package static func bytes(order n: Int) -> Int {
    (3 * n * n + workCount(n)) * MemoryLayout<Double>.stride
  }

  private static func workCount(_ n: Int) -> Int { 1 + 6 * n + 2 * n * n }

  /// Divide and conquer (LAPACK `dsyevd`), from the upper triangle. Nil if `matrix` is not finite
  /// or larger than `largestOrder`, or the iteration does not converge.
  package init?(_ matrix: Matrix) {
    let n = matrix.rows
    precondition(n == matrix.columns, "the eigenproblem needs a square matrix")
    guard n <= Self.largestOrder, matrix.isFinite else { return nil }
    guard n > 0 else {
      values = []
      vectors = matrix
      return
    }
    var a = matrix.values
    var w = [Double](repeating: 0, count: n)
    var (size, info) = (Int32(n), Int32(0))
    var (workSize, integerSize) = (Int32(Self.workCount(n)), Int32(3 + 5 * n))
    var work = [Double](repeating: 0, count: Int(workSize))
    var integers = [Int32](repeating: 0, count: Int(integerSize))
    var (lda, job, triangle) = (size, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")))
    // LAPACK is column-major: its lower triangle is our upper one, its eigenvector columns our rows.
    dsyevd_(
      &job, &triangle, &size, &a, &lda, &w, &work, &workSize, &integers, &integerSize, &info)
    guard info == 0 else { return nil }
    values = w.reversed()
    vectors = Matrix(
      (0..<n).reversed().flatMap { a[$0 * n..<($0 + 1) * n] }, rows: n, columns: n)
  }
}
