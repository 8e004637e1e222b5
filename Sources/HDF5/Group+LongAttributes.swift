/// Lists that are longer than an attribute holds: HDF5 keeps an attribute, its name and shape included,
/// below 64 KiB (4,091 texts). Such a list is a dataset of the attribute's name in the same group, and
/// the attribute `attributes_in_datasets` lists those names. Texts there are of one length, filled up
/// with zeros: nothing in them refers to another place of the file.

import CHDF5

extension AttributeValue {
  /// Whether it is a list near the limit, so that its length may be why an attribute cannot hold it.
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
    guard try existsAttribute(Self.listOfLong, of: nil) else { return [] }
    return try attribute(Self.listOfLong)?.strings ?? []
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
    try setAttribute(Self.listOfLong, .strings(try namesOfLong() + [name]))
  }

  /// Removes the dataset of an attribute that is to be set anew.
  func removeLong(_ name: String) throws {
    guard name != Self.listOfLong else { return }
    let names = try namesOfLong()
    guard names.contains(name) else { return }
    guard H5Ldelete(file.id, try checkedPath(of: name), 0) >= 0 else {
      throw failure(.writeFailed, name, "cannot be replaced")
    }
    try setAttribute(Self.listOfLong, .strings(names.filter { $0 != name }))
  }

  /// A list that is a dataset; nil when there is none of that name.
  func longAttribute(_ name: String) throws -> AttributeValue? {
    guard name != Self.listOfLong, try namesOfLong().contains(name) else { return nil }
    let dataset = try StoredDataset(name, in: self, takesTexts: true)
    guard dataset.shape.count == 1 else { throw invalid(name, "is no list") }
    let type = try Handle(
      H5Dget_type(dataset.handle.id), H5Tclose,
      orThrow: failure(.invalid, name, "its type cannot be read"))
    switch StoredType(type.id) {
    case .integer: return .integers(try read(name, as: Int64.self).values.map { Int($0) })
    case .floatingPoint: return .doubles(try read(name, as: Double.self).values)
    case .text, nil: break
    }
    let length = H5Tget_size(type.id)
    guard length > 0 else { throw failure(.invalid, name, "its texts have no size") }
    var bytes = [UInt8](repeating: 0, count: dataset.count * length)
    guard bytes.isEmpty || H5Dread(dataset.handle.id, type.id, 0, 0, 0, &bytes) >= 0 else {
      throw failure(.invalid, name, "cannot be read")
    }
    let isSpacePadded = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD
    return .strings(
      AttributeValue.texts(bytes, length: length, isSpacePadded: isSpacePadded))
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
        file.id, checkedPath(of: name), type.id, space.id, links.id, creation.id, 0),
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
