/// Reading and writing whole datasets, and rows of them.

import CHDF5

/// A dataset's values in row-major order, with its shape; a single number has the shape `[]`.
public struct Dataset<Element: Scalar>: Sendable {
  public let shape: [Int]
  public let values: [Element]
}

extension Group {
  /// The extent of each axis of a dataset.
  public func shape(of name: String) throws -> [Int] {
    try Library.call { try StoredDataset(name, in: self).shape }
  }

  /// Reads a whole dataset. Numbers of another width or byte order are converted; where
  /// floating-point numbers are asked for, they are rounded to nearest.
  /// - Throws: `.mistyped` when integers are asked for and floating-point numbers are stored, or an
  ///   integer is out of range.
  public func read<Element: Scalar>(
    _ name: String, as type: Element.Type = Element.self
  ) throws -> Dataset<Element> {
    try Library.call {
      let dataset = try StoredDataset(name, in: self)
      let values = try [Element](unsafeUninitializedCapacity: dataset.count) { buffer, count in
        count = 0
        guard dataset.count > 0 else { return }
        try readExactly(dataset, name, into: buffer.baseAddress)
        count = dataset.count
      }
      return Dataset(shape: dataset.shape, values: values)
    }
  }

  /// Reads the rows `rows` of the first axis, row-major, into `buffer`, which must have exactly
  /// their size.
  public func read<Element: Scalar>(
    _ name: String, rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Element>
  ) throws {
    try Library.call {
      let dataset = try StoredDataset(name, in: self)
      let shape = dataset.shape
      guard let extent = shape.first, rows.lowerBound >= 0, rows.upperBound <= extent else {
        throw invalid(name, "rows \(rows) are not within its shape \(shape)")
      }
      // The dataset's own size was checked, so a part of it cannot overflow.
      let count = extent == 0 ? 0 : dataset.count / extent * rows.count
      guard buffer.count == count else {
        throw invalid(
          name, "\(rows.count) rows of shape \(shape) do not fill \(buffer.count) values")
      }
      guard count > 0 else { return }
      let rowSpace = try Handle(
        H5Dget_space(dataset.handle.id), H5Sclose,
        orThrow: failure(.invalid, name, "its shape cannot be read"))
      let memorySpace = try DataSpace.create(
        [count], orThrow: failure(.invalid, name, "cannot be read"))
      guard DataSpace.select(rows: rows, of: shape, in: rowSpace) else {
        throw failure(.invalid, name, "cannot be read")
      }
      try readExactly(
        dataset, name, from: rowSpace.id, to: memorySpace.id, into: buffer.baseAddress)
    }
  }

  /// Writes a new dataset, contiguous and uncompressed; groups on the way to it are created.
  public func write<Element: Scalar>(
    _ values: [Element], shape: [Int], to name: String
  ) throws {
    try values.withUnsafeBufferPointer { try write($0, shape: shape, to: name) }
  }

  /// Writes a new dataset from memory that the caller holds.
  public func write<Element: Scalar>(
    _ values: UnsafeBufferPointer<Element>, shape: [Int], to name: String
  ) throws {
    guard DataSpace.count(shape) == values.count else {
      throw invalid(name, "\(values.count) values do not have the shape \(shape)")
    }
    let dataset = try createDataset(name, shape: shape, as: Element.self)
    try Library.call { try dataset.writeAll(values) }
  }

  /// Creates a dataset whose rows (first axis) are then appended a few at a time.
  public func createDataset<Element: Scalar>(
    _ name: String, shape: [Int], as type: Element.Type = Element.self
  ) throws -> DatasetWriter<Element> {
    try Library.call {
      guard DataSpace.count(shape) != nil else {
        throw invalid(name, "cannot have the shape \(shape)")
      }
      let space = try DataSpace.create(
        shape, orThrow: failure(.cannotCreate, name, "cannot have the shape \(shape)"))
      let links = try linkProperties()
      let creation = try File.properties(hdf5_dataset_creation(), name: file.name)
      H5Pset_obj_track_times(creation.id, false)
      let handle = try Handle(
        H5Dcreate2(
          file.id, checkedPath(of: name), Element.numberType.fileType, space.id, links.id,
          creation.id, 0),
        H5Dclose, orThrow: failure(.cannotCreate, name, "cannot be created"))
      return DatasetWriter(handle, group: self, name: name, shape: shape)
    }
  }
}
