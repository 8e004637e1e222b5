// A dataset that is written row by row, so that it is never in memory as a whole.

import CHDF5

/// Appends rows (of the first axis) to a dataset whose shape is fixed.
package final class DatasetWriter<Element: Scalar> {
  private let handle: Handle
  private let group: Group
  private let name: String
  /// The whole dataset's shape.
  package let shape: [Int]
  /// Number of rows that have been written.
  package private(set) var rowsWritten = 0

  init(_ handle: consuming Handle, group: Group, name: String, shape: [Int]) {
    self.handle = handle
    self.group = group
    self.name = name
    self.shape = shape
  }

  /// Writes the next rows, row-major; their number follows from the number of values.
  package func appendRows(_ values: UnsafeBufferPointer<Element>) throws {
    try Library.call {
      guard let extent = shape.first, let rowCount = DataSpace.count(Array(shape.dropFirst())),
        rowCount > 0, values.count % rowCount == 0,
        values.count / rowCount <= extent - rowsWritten
      else {
        throw group.invalid(
          name, "\(values.count) values are not the rows that its shape \(shape) still needs")
      }
      guard !values.isEmpty else { return }
      _ = try group.file.writable()
      let rows = rowsWritten..<rowsWritten + values.count / rowCount
      let fileSpace = try Handle(
        H5Dget_space(handle.id), H5Sclose,
        orThrow: group.failure(.writeFailed, name, "has no shape"))
      let memorySpace = try DataSpace.create(
        [values.count], orThrow: group.failure(.writeFailed, name, "cannot be written"))
      guard DataSpace.select(rows: rows, of: shape, in: fileSpace),
        H5Dwrite(
          handle.id, Element.numberType.memoryType, memorySpace.id, fileSpace.id, 0,
          values.baseAddress) >= 0
      else { throw group.failure(.writeFailed, name, "cannot be written") }
      rowsWritten = rows.upperBound
    }
  }

  /// Writes the next rows, row-major.
  package func appendRows(_ values: [Element]) throws {
    try values.withUnsafeBufferPointer { try appendRows($0) }
  }

  /// Confirms that every row has been written.
  /// - Throws: when rows are missing, since they would read as zeros.
  package func finish() throws {
    let rows = shape.first ?? 0
    let isEmpty = DataSpace.count(shape) == 0
    guard isEmpty || rowsWritten == rows else {
      throw group.invalid(name, "only \(rowsWritten) of its \(rows) rows were written")
    }
  }

  func writeAll(_ values: UnsafeBufferPointer<Element>) throws {
    guard !values.isEmpty else { return }
    _ = try group.file.writable()
    guard H5Dwrite(handle.id, Element.numberType.memoryType, 0, 0, 0, values.baseAddress) >= 0
    else {
      throw group.failure(.writeFailed, name, "cannot be written")
    }
    rowsWritten = shape.first ?? 1
  }
}
