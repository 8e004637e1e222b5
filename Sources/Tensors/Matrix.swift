/// Small dense algebra in double precision.

import COpenBLAS

/// A dense matrix in double precision: the K×K and r×r algebra of features, where accuracy counts
/// and sizes are small. Row-major.
public struct Matrix: Equatable, Sendable {
  public let rows: Int
  public let columns: Int
  public var values: [Double]

  public init(_ values: [Double], rows: Int, columns: Int) {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows)×\(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  public init(zeros rows: Int, _ columns: Int) {
    self.init([Double](repeating: 0, count: rows * columns), rows: rows, columns: columns)
  }

  public init(diagonal: [Double]) {
    self.init(zeros: diagonal.count, diagonal.count)
    for (i, value) in diagonal.enumerated() { self[i, i] = value }
  }

  /// The first axis of `tensor` against all others.
  public init(_ tensor: Tensor) {
    self.init(tensor.values.map(Double.init), rows: tensor.rows, columns: tensor.columns)
  }

  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  public var tensor: Tensor { Tensor(values.map(Float.init), shape: [rows, columns]) }
  public var trace: Double { (0..<min(rows, columns)).reduce(0) { $0 + self[$1, $1] } }
  /// ‖A‖² of Frobenius.
  public var squaredNorm: Double { values.reduce(0) { $0 + $1 * $1 } }
  public var isFinite: Bool { values.allSatisfy(\.isFinite) }

  public var transposed: Matrix {
    var result = Matrix(zeros: columns, rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  /// A·B.
  public static func * (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.columns == b.rows, "\(a.rows)×\(a.columns) by \(b.rows)×\(b.columns)")
    let c = BLAS.product(
      transposeA: false, transposeB: false, m: a.rows, n: b.columns, k: a.columns, a.values,
      lda: a.columns, b.values, ldb: b.columns)
    return Matrix(c, rows: a.rows, columns: b.columns)
  }

  /// A·Bᵀ.
  public func timesTransposed(_ b: Matrix) -> Matrix {
    precondition(columns == b.columns, "\(rows)×\(columns) by (\(b.rows)×\(b.columns))ᵀ")
    let c = BLAS.product(
      transposeA: false, transposeB: true, m: rows, n: b.rows, k: columns, values, lda: columns,
      b.values, ldb: b.columns)
    return Matrix(c, rows: rows, columns: b.rows)
  }

  /// Aᵀ·B.
  public func transposedTimes(_ b: Matrix) -> Matrix {
    precondition(rows == b.rows, "(\(rows)×\(columns))ᵀ by \(b.rows)×\(b.columns)")
    let c = BLAS.product(
      transposeA: true, transposeB: false, m: columns, n: b.columns, k: rows, values,
      lda: columns, b.values, ldb: b.columns)
    return Matrix(c, rows: columns, columns: b.columns)
  }

  /// A with row i multiplied by `factors[i]`.
  public func scalingRows(_ factors: [Double]) -> Matrix {
    precondition(factors.count == rows)
    var result = self
    for i in 0..<rows { for j in 0..<columns { result[i, j] *= factors[i] } }
    return result
  }
}

/// A symmetric matrix as U·diag(λ)·Uᵀ.
public struct SymmetricEigen: Sendable {
  /// λ in descending order.
  public let values: [Double]
  /// Row i is the unit eigenvector of λ_i.
  public let vectors: Matrix

  /// The largest order: LAPACK counts its work in 32 bits.
  public static let largestOrder = 32_766

  /// Bytes that the decomposition of a matrix of order n takes: the matrix, LAPACK's copy and its work of
  /// 2n² numbers, and the vectors.
  public static func bytes(order n: Int) -> Int {
    (3 * n * n + workCount(n)) * MemoryLayout<Double>.stride
  }

  private static func workCount(_ n: Int) -> Int { 1 + 6 * n + 2 * n * n }

  /// Divide and conquer (LAPACK `dsyevd`), from the upper triangle. Nil if `matrix` is not finite
  /// or larger than `largestOrder`, or the iteration does not converge.
  public init?(_ matrix: Matrix) {
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
