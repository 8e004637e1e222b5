// Small dense algebra in double precision.

/// A dense matrix in double precision: the K×K and r×r algebra of features, where accuracy counts
/// and sizes are small. Row-major.
package struct Matrix: Equatable, Sendable {
  package let rows: Int
  package let columns: Int
  package var values: [Double]

  package init(_ values: [Double], rows: Int, columns: Int) {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows)×\(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  package init(zeros rows: Int, _ columns: Int) {
    self.init([Double](repeating: 0, count: rows * columns), rows: rows, columns: columns)
  }

  package init(diagonal: [Double]) {
    self.init(zeros: diagonal.count, diagonal.count)
    for (i, value) in diagonal.enumerated() { self[i, i] = value }
  }

  /// The first axis of `tensor` against all others.
  package init(_ tensor: Tensor) {
    self.init(tensor.values.map(Double.init), rows: tensor.rows, columns: tensor.columns)
  }

  package subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  package var tensor: Tensor { Tensor(values.map(Float.init), shape: [rows, columns]) }
  package var trace: Double { (0..<min(rows, columns)).reduce(0) { $0 + self[$1, $1] } }
  /// ‖A‖² of Frobenius.
  package var squaredNorm: Double { values.reduce(0) { $0 + $1 * $1 } }
  package var isFinite: Bool { values.allSatisfy(\.isFinite) }

  package var transposed: Matrix {
    var result = Matrix(zeros: columns, rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  /// A·B.
  package static func * (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.columns == b.rows, "\(a.rows)×\(a.columns) by \(b.rows)×\(b.columns)")
    let c = BLAS.product(
      transposeA: false, transposeB: false, m: a.rows, n: b.columns, k: a.columns, a.values,
      lda: a.columns, b.values, ldb: b.columns)
    return Matrix(c, rows: a.rows, columns: b.columns)
  }

  /// A·Bᵀ.
  package func timesTransposed(_ b: Matrix) -> Matrix {
    precondition(columns == b.columns, "\(rows)×\(columns) by (\(b.rows)×\(b.columns))ᵀ")
    let c = BLAS.product(
      transposeA: false, transposeB: true, m: rows, n: b.rows, k: columns, values, lda: columns,
      b.values, ldb: b.columns)
    return Matrix(c, rows: rows, columns: b.rows)
  }

  /// Aᵀ·B.
  package func transposedTimes(_ b: Matrix) -> Matrix {
    precondition(rows == b.rows, "(\(rows)×\(columns))ᵀ by \(b.rows)×\(b.columns)")
    let c = BLAS.product(
      transposeA: true, transposeB: false, m: columns, n: b.columns, k: rows, values,
      lda: columns, b.values, ldb: b.columns)
    return Matrix(c, rows: columns, columns: b.columns)
  }

  /// A with row i multiplied by `factors[i]`.
  package func scalingRows(_ factors: [Double]) -> Matrix {
    precondition(factors.count == rows)
    var result = self
    for i in 0..<rows { for j in 0..<columns { result[i, j] *= factors[i] } }
    return result
  }
}
