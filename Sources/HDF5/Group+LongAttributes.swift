// Lists that are too long for an attribute. HDF5 limits an attribute, including its name and shape, to
// 64 KiB (4,091 texts). A longer list is stored as a dataset of the attribute's name in the same group, and
// the attribute `attributes_in_datasets` lists those names. All its texts have the same length, padded with
// zeros, so that they refer to no other place in the file.

import CHDF5

extension AttributeValue {
  /// Whether the value is a list near the limit, so that its length may be why an attribute cannot hold it.
  var mayBeTooLong: Bool {
    guard let count = shape.first else { return false }
    return count * (strings == nil ? 8 : 16) > 60_000
  }
}

extension Group {
  /// The attribute that lists which attributes are datasets.
  static let listOfLong = "attributes_in_datasets"

  /// The names of the attributes of this group that are datasets.
  func namesOfLong() throws -> [String] {
    let list = try object(nil)?.attributes[Array(Self.listOfLong.utf8)]
    guard case .success(let names) = list else { return [] }
    return names.strings ?? []
  }

  /// Writes a list as a dataset.
  func writeLong(_ name: String, _ value: AttributeValue) throws {
    switch value {
    case .strings(let texts): try write(texts: texts, to: name)
    case .doubles(let numbers): try write(numbers, shape: [numbers.count], to: name)
    case .integers(let numbers):
      try write(numbers.map { Int64($0) }, shape: [numbers.count], to: name)
    case .string, .double, .integer: throw invalid(name, "is no list")
    }
    try setListOfLong((file.longAttributes[path] ?? []) + [name])
  }

  /// Removes the dataset of an attribute that is about to be replaced.
  func removeLong(_ name: String) throws {
    guard let names = file.longAttributes[path], names.contains(name) else { return }
    guard H5Ldelete(try file.writable(), try checkedPath(of: name), 0) >= 0 else {
      throw failure(.writeFailed, name, "cannot be replaced")
    }
    try setListOfLong(names.filter { $0 != name })
  }

  private func setListOfLong(_ names: [String]) throws {
    file.longAttributes[path] = names
    try setAttribute(Self.listOfLong, .strings(names))
  }

  /// The list that is stored as a dataset of a name; nil when there is none.
  func longAttribute(_ name: String) throws -> AttributeValue? {
    guard name != Self.listOfLong, try namesOfLong().contains(name) else { return nil }
    let dataset = try StoredDataset(name, in: self, takesTexts: true)
    guard dataset.shape.count == 1 else { throw invalid(name, "is no list") }
    switch dataset.type.kind {
    case .integer: return .integers(try read(name, as: Int64.self).values.map { Int($0) })
    case .floatingPoint: return .doubles(try read(name, as: Double.self).values)
    case .text(let isSpacePadded): return .strings(try texts(dataset, name, isSpacePadded))
    case .variableText, .other: throw invalid(name, "is no list")
    }
  }

  private func texts(
    _ dataset: StoredDataset, _ name: String, _ isSpacePadded: Bool
  ) throws -> [String] {
    let length = dataset.type.size
    var bytes = [UInt8](repeating: 0, count: dataset.count * length)
    do {
      try bytes.withUnsafeMutableBytes { try dataset.read(0..<dataset.count, into: $0) }
    } catch let error as FormatError {
      throw invalid(name, error.reason)
    }
    return stride(from: 0, to: bytes.count, by: length).map {
      AttributeValue.text(bytes[$0..<$0 + length], isSpacePadded: isSpacePadded)
    }
  }

  private func write(texts: [String], to name: String) throws {
    let length = max(1, texts.lazy.map(\.utf8.count).max() ?? 1)
    let (size, isTooLarge) = length.multipliedReportingOverflow(by: texts.count)
    guard !isTooLarge, size <= 1 << 30 else {
      throw failure(
        .writeFailed, name, "\(texts.count) texts of up to \(length) bytes are too long")
    }
    let unwritable = failure(.writeFailed, name, "cannot be written")
    let type = try Handle(H5Tcopy(hdf5_c_string()), H5Tclose, orThrow: unwritable)
    guard H5Tset_size(type.id, length) >= 0, H5Tset_cset(type.id, H5T_CSET_UTF8) >= 0,
      H5Tset_strpad(type.id, H5T_STR_NULLPAD) >= 0
    else { throw unwritable }
    let space = try DataSpace.create([texts.count], orThrow: unwritable)
    let links = try linkProperties()
    let creation = try File.properties(hdf5_dataset_creation(), name: file.name)
    H5Pset_obj_track_times(creation.id, false)
    let dataset = try Handle(
      H5Dcreate2(
        file.writable(), checkedPath(of: name), type.id, space.id, links.id, creation.id, 0),
      H5Dclose, orThrow: failure(.cannotCreate, name, "cannot be created"))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    for text in texts {
      bytes += text.utf8
      bytes += repeatElement(0, count: length - text.utf8.count)
    }
    guard H5Dwrite(dataset.id, type.id, 0, 0, 0, bytes) >= 0 else { throw unwritable }
  }
}
