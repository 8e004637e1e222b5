// Attributes of groups and of the datasets in them.

import CHDF5

extension Group {
  /// The attribute names of this group, or of the member `object`, in the order of their
  /// bytes.
  package func attributeNames(of object: String? = nil) throws -> [String] {
    var names = try holder(object).attributes.keys.map { String(decoding: $0, as: UTF8.self) }
    if object == nil, names.contains(Self.listOfLong) {
      let long = try namesOfLong()
      names = names.filter { $0 != Self.listOfLong && !long.contains($0) } + long
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The attribute of a name, of this group or of the member `object`; nil when it does not exist.
  /// - Throws: when it is neither text nor numbers, or damaged.
  package func attribute(_ name: String, of object: String? = nil) throws -> AttributeValue? {
    try checkAttribute(name, object)
    switch try holder(object).attributes[Array(name.utf8)] {
    case .success(let value): return value
    case .failure(let error): throw invalid(object, "attribute \(name) \(error.reason)")
    case nil: return object == nil ? try longAttribute(name) : nil
    }
  }

  /// Sets an attribute of this group, or of the member `object`, whether it exists or not. A list of
  /// this group that is longer than an attribute holds becomes a dataset of the attribute's name.
  package func setAttribute(
    _ name: String, _ value: AttributeValue, on object: String? = nil
  ) throws {
    try Library.call {
      try checkAttribute(name, object)
      let (id, path) = (try file.writable(), try checkedPath(of: object))
      let exists = H5Aexists_by_name(id, path, name, 0)
      guard exists >= 0 else { throw invalid(object, "there is no such object") }
      if exists > 0, H5Adelete_by_name(id, path, name, 0) < 0 {
        throw writeFailure(name, object, "cannot be replaced")
      }
      let type = try value.fileType { writeFailure(name, object, $0) }
      let space = try DataSpace.create(
        value.shape, orThrow: writeFailure(name, object, "is too long"))
      if object == nil { try removeLong(name) }
      let created = H5Acreate_by_name(id, path, name, type.id, space.id, 0, 0, 0)
      if created < 0, object == nil, value.mayBeTooLong { return try writeLong(name, value) }
      let attribute = try Handle(
        created, H5Aclose, orThrow: writeFailure(name, object, "cannot be created"))
      guard value.write(to: attribute, type) >= 0 else {
        throw writeFailure(name, object, "cannot be written")
      }
    }
  }

  private func holder(_ object: String?) throws -> StoredObject {
    guard let holder = try self.object(object) else {
      throw invalid(object, "there is no such object")
    }
    return holder
  }

  private func checkAttribute(_ name: String, _ object: String?) throws {
    guard !name.isEmpty, !name.utf8.contains(0) else {
      throw invalid(object, "an attribute's name is empty or holds a zero byte")
    }
  }

  private func writeFailure(_ name: String, _ object: String?, _ reason: String) -> HDF5Error {
    failure(.writeFailed, object, "attribute \(name) \(reason)")
  }
}
