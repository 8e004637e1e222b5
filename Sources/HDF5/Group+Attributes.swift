/// Attributes of groups and of the datasets in them.

import CHDF5

extension Group {
  /// The names of the attributes of this group, or of the member `object`, in the order of their
  /// bytes.
  public func attributeNames(of object: String? = nil) throws -> [String] {
    try Library.call {
      let holder = try Handle(
        H5Oopen(file.id, checkedPath(of: object), 0), H5Oclose,
        orThrow: invalid(object, "there is no such object"))
      var names: [String] = []
      let status = withUnsafeMutablePointer(to: &names) {
        H5Aiterate2(
          holder.id, H5_INDEX_NAME, H5_ITER_INC, nil,
          { _, name, _, context in
            guard let name, let context else { return -1 }
            context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
            return 0
          }, $0)
      }
      guard status >= 0 else { throw failure(.invalid, object, "its attributes cannot be read") }
      guard object == nil, names.contains(Self.listOfLong) else { return names }
      let long = try namesOfLong()
      return (names.filter { $0 != Self.listOfLong && !long.contains($0) } + long)
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }

  /// An attribute of this group, or of the member `object`; nil when there is none of that name.
  /// - Throws: when it is neither text nor numbers, or damaged.
  public func attribute(_ name: String, of object: String? = nil) throws -> AttributeValue? {
    try Library.call {
      guard try existsAttribute(name, of: object) else {
        return object == nil ? try longAttribute(name) : nil
      }
      let attribute = try Handle(
        H5Aopen_by_name(file.id, checkedPath(of: object), name, 0, 0), H5Aclose,
        orThrow: attributeFailure(name, object, "cannot be opened"))
      return try AttributeValue(stored: attribute, in: try file.size()) {
        attributeFailure(name, object, $0)
      }
    }
  }

  /// Sets an attribute of this group, or of the member `object`, whether it exists or not. A list of
  /// this group that is longer than an attribute holds becomes a dataset of the attribute's name.
  public func setAttribute(
    _ name: String, _ value: AttributeValue, on object: String? = nil
  ) throws {
    try Library.call {
      let path = try checkedPath(of: object)
      if try existsAttribute(name, of: object), H5Adelete_by_name(file.id, path, name, 0) < 0 {
        throw attributeFailure(name, object, "cannot be replaced", .writeFailed)
      }
      let type = try value.fileType { attributeFailure(name, object, $0, .writeFailed) }
      let space = try DataSpace.create(
        value.shape, orThrow: attributeFailure(name, object, "is too long", .writeFailed))
      if object == nil { try removeLong(name) }
      let created = H5Acreate_by_name(file.id, path, name, type.id, space.id, 0, 0, 0)
      if created < 0, object == nil, value.mayBeTooLong { return try writeLong(name, value) }
      let attribute = try Handle(
        created, H5Aclose,
        orThrow: attributeFailure(name, object, "cannot be created", .writeFailed))
      guard value.write(to: attribute, type) >= 0 else {
        throw attributeFailure(name, object, "cannot be written", .writeFailed)
      }
    }
  }

  func existsAttribute(_ name: String, of object: String?) throws -> Bool {
    guard !name.isEmpty, !name.utf8.contains(0) else {
      throw invalid(object, "an attribute's name is empty or holds a zero byte")
    }
    let exists = H5Aexists_by_name(file.id, try checkedPath(of: object), name, 0)
    guard exists >= 0 else { throw invalid(object, "there is no such object") }
    return exists > 0
  }

  private func attributeFailure(
    _ name: String, _ object: String?, _ reason: String, _ kind: HDF5Error.Kind = .invalid
  ) -> HDF5Error {
    failure(kind, object, "attribute \(name) \(reason)")
  }
}
