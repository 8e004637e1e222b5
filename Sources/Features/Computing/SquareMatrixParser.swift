// Reading of symmetric matrices from text.

import Foundation
import Tensors

/// Reads a square matrix of numbers separated by commas, one row on each line and without a header, as the authors' code
/// writes its matrices. With 4608 columns it is a quarter of a gigabyte of text, so bytes are read in pieces.
package struct SquareMatrixParser {
  private let name: String
  private var values: [Double] = []
  private var columns: Int?
  private var column = 0
  private var rows = 0
  /// The number that is being read, with a zero byte at its end for `strtod`.
  private var token: [CChar] = []

  /// The largest difference across the diagonal, as a share of the largest entry, that counts as
  /// rounding. Roots that the authors' code computed in single precision have 5e-4 to 3.5e-3; ten times
  /// that leaves room for larger layers. A matrix that is not symmetric differs by the size of its entries.
  private static let symmetric = 0.03

  /// Columns of a layer with 4096 channels.
  private static let largest = 9 * 4096

  /// - Parameter name: of the file, for messages.
  package init(name: String) { self.name = name }

  /// - Throws: `FeatureError` naming the line at which the text is no such matrix.
  package mutating func consume(_ bytes: some Sequence<UInt8>) throws(FeatureError) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: ","): try endNumber()
      case UInt8(ascii: "\n"): try endRow()
      case UInt8(ascii: "\r"): break
      default:
        guard token.count < 64, byte < 128, byte > 0 else { throw wrong("what is no number") }
        token.append(CChar(byte))
      }
    }
  }

  /// The symmetric matrix [d, d] of the lower triangle, which is all that the authors' code reads
  /// (`torch.linalg.cholesky`, `eigh`), and how far the upper one is from it.
  ///
  /// - Throws: `FeatureError` if it is not square, or its asymmetry is more than rounding.
  package mutating func finish() throws(FeatureError) -> (matrix: Matrix, asymmetry: Asymmetry) {
    if !token.isEmpty || column > 0 { try endRow() }
    guard let columns, rows == columns else {
      throw FeatureError("\(name): \(rows) rows of \(columns ?? 0) numbers are not a square matrix")
    }
    var matrix = Matrix(values, rows: rows, columns: columns)
    values = []
    let largest = matrix.values.reduce(0) { max($0, abs($1)) }
    var (worst, place) = (0.0, (row: 0, column: 0))
    for i in 0..<rows {
      for j in 0..<i where abs(matrix[i, j] - matrix[j, i]) > worst {
        (worst, place) = (abs(matrix[i, j] - matrix[j, i]), (i, j))
      }
    }
    let (lower, upper) = (matrix[place.row, place.column], matrix[place.column, place.row])
    guard worst <= Self.symmetric * largest else {
      throw FeatureError(
        "\(name): not symmetric: \(lower) in row \(place.row + 1), column \(place.column + 1), but"
          + " \(upper) opposite")
    }
    for i in 0..<rows { for j in 0..<i { matrix[j, i] = matrix[i, j] } }
    return (matrix, Asymmetry(share: largest > 0 ? worst / largest : 0))
  }

  private mutating func endNumber() throws(FeatureError) {
    token.append(0)
    let (value, isWhole) = token.withUnsafeBufferPointer { token -> (Double, Bool) in
      guard let start = token.baseAddress else { return (0, false) }
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      var rest = end.map { UnsafePointer($0) } ?? start
      let isNumber = rest != start
      while rest.pointee == CChar(UInt8(ascii: " ")) { rest += 1 }
      return (value, isNumber && rest.pointee == 0)
    }
    token.removeAll(keepingCapacity: true)
    guard isWhole, value.isFinite else { throw wrong("what is no finite number") }
    guard column < columns ?? Self.largest else { throw wrong("more numbers than the first") }
    values.append(value)
    column += 1
  }

  private mutating func endRow() throws(FeatureError) {
    // A blank last line.
    if token.isEmpty && column == 0 && columns != nil { return }
    try endNumber()
    rows += 1
    if columns == nil {
      columns = column
      values.reserveCapacity(column * column)
    }
    guard column == columns else { throw wrong("fewer numbers than the first", line: rows) }
    guard rows <= column else { throw wrong("more rows than columns", line: rows) }
    column = 0
  }

  private func wrong(_ what: String, line: Int? = nil) -> FeatureError {
    FeatureError("\(name): line \(line ?? rows + 1) holds \(what)")
  }
}

extension SquareMatrixParser {
  /// How far a matrix is from being symmetric.
  package struct Asymmetry: Sendable {
    /// The largest difference across the diagonal, as a share of the largest entry.
    package let share: Double

    /// One line for people; nil where it is no more than the rounding of single precision.
    package var summary: String? {
      guard share > 1e-6 else { return nil }
      return "asymmetric by \(String(format: "%.2g", share)) of the largest entry; the lower"
        + " triangle is used, as in the authors' code"
    }
  }
}
