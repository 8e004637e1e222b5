// Reading and writing whole datasets, and rows of them.

import CHDF5
import Foundation

/// A dataset's values in row-major order, with its shape; a single number has the shape `[]`.
package struct Dataset<Element: Scalar>: Sendable {
  package let shape: [Int]
  package let values: [Element]
}

extension Group {
  /// The extent of each axis of a dataset.
  package func shape(of name: String) throws -> [Int] { try StoredDataset(name, in: self).shape }

  /// Reads a whole dataset. Numbers of another width or byte order are converted; when
  /// floating-point numbers are requested, values are rounded to nearest.
  /// - Throws: `.mistyped` when integers are requested and floating-point numbers are stored, or an
  ///   integer is out of range.
  package func read<Element: Scalar>(
    _ name: String, as type: Element.Type = Element.self
  ) throws -> Dataset<Element> {
    let dataset = try StoredDataset(name, in: self)
    // Chunks of another type are assembled before they are converted.
    let isDirect = !dataset.isChunked || dataset.type.isSame(as: Element.numberType)
    let elementSize = MemoryLayout<Element>.stride + (isDirect ? 0 : dataset.type.size)
    try checkMemory(dataset.count * elementSize, name)
    let values = try [Element](unsafeUninitializedCapacity: dataset.count) { buffer, count in
      try read(dataset, name, 0..<dataset.count, into: .init(rebasing: buffer[..<dataset.count]))
      count = dataset.count
    }
    return Dataset(shape: dataset.shape, values: values)
  }

  /// Reads the rows `rows` of the first axis, row-major, into `buffer`, which must have exactly
  /// their size.
  package func read<Element: Scalar>(
    _ name: String, rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Element>
  ) throws {
    let dataset = try StoredDataset(name, in: self)
    let shape = dataset.shape
    guard let extent = shape.first, rows.lowerBound >= 0, rows.upperBound <= extent else {
      throw invalid(name, "rows \(rows) are not within its shape \(shape)")
    }
    // The dataset's own size was checked, so a part of it cannot overflow.
    let row = extent == 0 ? 0 : dataset.count / extent
    guard buffer.count == row * rows.count else {
      throw invalid(
        name, "\(rows.count) rows of shape \(shape) do not fill \(buffer.count) values")
    }
    try read(dataset, name, row * rows.lowerBound..<row * rows.upperBound, into: buffer)
  }

  /// Reads elements and converts them; those of a chunked dataset are whole rows.
  private func read<Element: Scalar>(
    _ dataset: StoredDataset, _ name: String, _ elements: Range<Int>,
    into buffer: UnsafeMutableBufferPointer<Element>
  ) throws {
    guard !elements.isEmpty else { return }
    do {
      if dataset.type.isSame(as: Element.numberType) {
        return try dataset.read(elements, into: UnsafeMutableRawBufferPointer(buffer))
      }
      let step = dataset.isChunked ? elements.count : min(elements.count, 1 << 18)
      let piece = UnsafeMutableRawBufferPointer.allocate(
        byteCount: step * dataset.type.size, alignment: 16)
      defer { piece.deallocate() }
      for start in stride(from: elements.lowerBound, to: elements.upperBound, by: step) {
        let part = start..<min(start + step, elements.upperBound)
        let bytes = UnsafeMutableRawBufferPointer(
          rebasing: piece[..<(part.count * dataset.type.size)])
        try dataset.read(part, into: bytes)
        let place = start - elements.lowerBound
        try dataset.type.convert(
          UnsafeRawBufferPointer(bytes),
          into: UnsafeMutableBufferPointer(rebasing: buffer[place..<place + part.count]))
      }
    } catch let error as FormatError {
      throw invalid(name, error.reason)
    } catch ConversionError.floatingPoint {
      throw mistyped(name, "holds floating-point numbers where integers are wanted")
    } catch ConversionError.outOfRange {
      throw mistyped(name, "holds integers outside \(Element.numberType.range ?? "")")
    }
  }

  /// Throws unless the memory is available: an array that cannot be allocated would end the program.
  private func checkMemory(_ bytes: Int, _ name: String) throws {
    guard bytes > 1 << 24 else { return }
    let place = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let place, place != MAP_FAILED else {
      throw invalid(
        name, "needs \(bytes >> 20) MiB of memory, which are not available; see ulimit -v")
    }
    munmap(place, bytes)
  }

  private func mistyped(_ name: String, _ reason: String) -> HDF5Error {
    HDF5Error(.mistyped, file: file.name, object: path(of: name), reason)
  }

  /// Writes a new dataset, contiguous and uncompressed; missing groups on its path are created.
  package func write<Element: Scalar>(
    _ values: [Element], shape: [Int], to name: String
  ) throws {
    try values.withUnsafeBufferPointer { try write($0, shape: shape, to: name) }
  }

  /// Writes a new dataset from memory that the caller holds.
  package func write<Element: Scalar>(
    _ values: UnsafeBufferPointer<Element>, shape: [Int], to name: String
  ) throws {
    guard DataSpace.count(shape) == values.count else {
      throw invalid(name, "\(values.count) values do not have the shape \(shape)")
    }
    let dataset = try createDataset(name, shape: shape, as: Element.self)
    try Library.call { try dataset.writeAll(values) }
  }

  /// Creates a dataset to whose first axis rows are then appended, a few at a time.
  package func createDataset<Element: Scalar>(
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
          file.writable(), checkedPath(of: name), Element.numberType.fileType, space.id, links.id,
          creation.id, 0),
        H5Dclose, orThrow: failure(.cannotCreate, name, "cannot be created"))
      return DatasetWriter(handle, group: self, name: name, shape: shape)
    }
  }
}
