/// A dataset opened for reading, after everything that a stranger's file may claim was checked.

import CHDF5

struct StoredDataset: ~Copyable {
  let handle: Handle
  /// Extent of each axis; empty for a single number.
  let shape: [Int]
  /// Number of elements.
  let count: Int

  /// Opens `name` in `group` and refuses what leads out of the file, needs a plugin, is not
  /// numeric, or claims more elements than the file can hold.
  ///
  /// - Parameter takesTexts: whether it may hold texts of one length instead.
  init(_ name: String, in group: Group, takesTexts: Bool = false) throws {
    let dataset = try Handle(
      H5Dopen2(group.file.id, group.checkedPath(of: name), 0), H5Dclose,
      orThrow: group.contains(name)
        ? group.invalid(name, "is not a dataset that can be read")
        : group.invalid(name, "there is no such dataset"))
    let properties = try Handle(
      H5Dget_create_plist(dataset.id), H5Pclose,
      orThrow: group.failure(.invalid, name, "its layout cannot be read"))
    let layout = H5Pget_layout(properties.id)
    // Before anything else: asking a virtual dataset for its shape may open other files.
    guard [H5D_COMPACT, H5D_CONTIGUOUS, H5D_CHUNKED].contains(layout),
      H5Pget_external_count(properties.id) == 0
    else { throw group.invalid(name, "its values are in another file, which is refused") }
    try Self.checkFilters(properties, name, group)
    let elementSize = try Self.checkedElementSize(dataset, name, group, takesTexts)
    let shape = try Self.checkedShape(dataset, name, group)
    guard let count = DataSpace.count(shape) else {
      throw group.invalid(name, "its shape \(shape) is absurd")
    }
    try Self.checkPlausible(
      dataset, properties, layout, count: count, elementSize: elementSize, name, group)
    self.handle = dataset
    self.shape = shape
    self.count = count
  }

  /// Compression is fine once. Twice is how a small file becomes terabytes.
  private static func checkFilters(
    _ properties: borrowing Handle, _ name: String, _ group: Group
  ) throws {
    var seen: Set<H5Z_filter_t> = []
    for index in 0..<max(0, H5Pget_nfilters(properties.id)) {
      let filter = H5Pget_filter2(properties.id, UInt32(index), nil, nil, nil, 0, nil, nil)
      let isKnown = [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32].contains(filter)
      guard isKnown, seen.insert(filter).inserted else {
        throw group.invalid(
          name, "its compression (filter \(filter)) is not supported; store it with gzip or none")
      }
    }
  }

  private static func checkedElementSize(
    _ dataset: borrowing Handle, _ name: String, _ group: Group, _ takesTexts: Bool
  ) throws -> Int {
    let type = try Handle(
      H5Dget_type(dataset.id), H5Tclose,
      orThrow: group.failure(.invalid, name, "its type cannot be read"))
    switch StoredType(type.id) {
    case .integer, .floatingPoint: return H5Tget_size(type.id)
    case .text where takesTexts && H5Tis_variable_str(type.id) == 0:
      return H5Tget_size(type.id)
    case .text: throw group.invalid(name, "holds text where numbers are wanted")
    case nil: throw group.invalid(name, "holds neither integers nor IEEE floating-point numbers")
    }
  }

  private static func checkedShape(
    _ dataset: borrowing Handle, _ name: String, _ group: Group
  ) throws -> [Int] {
    let space = try Handle(
      H5Dget_space(dataset.id), H5Sclose,
      orThrow: group.failure(.invalid, name, "its shape cannot be read"))
    guard let shape = DataSpace.shape(of: space) else {
      throw group.invalid(name, "has no shape that can be read")
    }
    return shape
  }

  /// Checks the claimed size against the file's before anybody allocates it.
  private static func checkPlausible(
    _ dataset: borrowing Handle, _ properties: borrowing Handle, _ layout: H5D_layout_t,
    count: Int, elementSize: Int, _ name: String, _ group: Group
  ) throws {
    let fileSize = try group.file.size()
    let (bytes, isTooLarge) = hsize_t(count).multipliedReportingOverflow(by: hsize_t(elementSize))
    var isPlausible = !isTooLarge && bytes <= 1 << 40
    switch layout {
    case H5D_CHUNKED:
      // Deflate expands at most 1032-fold. A chunk is allocated whole, however small the dataset.
      var chunk = [hsize_t](repeating: 0, count: 32)
      let rank = H5Pget_chunk(properties.id, 32, &chunk)
      guard (1...32).contains(rank) else {
        throw group.failure(.invalid, name, "its layout cannot be read")
      }
      var chunkBytes = hsize_t(elementSize)
      for extent in chunk.prefix(Int(rank)) {
        let (product, isTooLarge) = chunkBytes.multipliedReportingOverflow(by: extent)
        isPlausible = isPlausible && !isTooLarge
        chunkBytes = isTooLarge ? .max : product
      }
      let limit = fileSize.multipliedReportingOverflow(by: 1024)
      isPlausible = isPlausible && (limit.overflow || max(bytes, chunkBytes) <= limit.partialValue)
    case H5D_COMPACT:
      isPlausible = isPlausible && H5Dget_storage_size(dataset.id) == bytes
    default:
      let offset = haddr_t(H5Dget_offset(dataset.id))
      let isStored = offset != hdf5_undefined_address()
      let end = hsize_t(offset).addingReportingOverflow(bytes)
      isPlausible =
        isPlausible && bytes <= fileSize
        && (!isStored
          || (H5Dget_storage_size(dataset.id) >= bytes && !end.overflow
            && end.partialValue <= fileSize))
    }
    guard isPlausible else {
      throw group.invalid(name, "claims more data than the file of \(fileSize) bytes can hold")
    }
  }
}
