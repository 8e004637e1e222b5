// Groups: names that lead to datasets and further groups.

import CHDF5

/// A group of a file. It keeps the file open for as long as it exists.
package struct Group {
  /// The file that the group is in.
  package let file: File
  /// The group's path from the root, `/` for the root itself.
  package let path: String

  /// The path of a member, for opening it and for messages.
  func path(of name: String) -> String {
    path == "/" ? name : "\(path.dropFirst(path.hasPrefix("/") ? 1 : 0))/\(name)"
  }

  func failure(_ kind: HDF5Error.Kind, _ name: String?, _ reason: String) -> HDF5Error {
    file.failure(kind, object: name.map(path(of:)) ?? path, reason)
  }

  /// An error about this group, or a member of it, that did not come from the library.
  func invalid(_ name: String?, _ reason: String) -> HDF5Error {
    HDF5Error(.invalid, file: file.name, object: name.map(path(of:)) ?? path, reason)
  }

  /// The path of a member, or of the group itself, after a check that the library can use it.
  func checkedPath(of name: String?) throws -> String {
    let path = name.map(path(of:)) ?? path
    guard name != "", !path.utf8.contains(0) else {
      throw invalid(nil, "a name in it is empty or holds a zero byte")
    }
    return path
  }
}

extension Group {
  /// The names of all groups and datasets in the group, in the order of their bytes.
  package func names() throws -> [String] {
    guard case .group(let links) = try object(nil)?.kind else {
      throw invalid(nil, "is not a group")
    }
    return Self.names(links.keys)
  }

  /// The names of the groups in this group.
  package func groups() throws -> [String] {
    try members { kind in if case .group = kind { true } else { false } }
  }

  /// The names of the datasets in this group.
  package func datasets() throws -> [String] {
    try members { kind in if case .dataset = kind { true } else { false } }
  }

  /// The names of members of the kinds that `isWanted` accepts, in the order of their bytes.
  private func members(_ isWanted: (StoredObject.Kind) -> Bool) throws -> [String] {
    let catalogue = try file.catalogue()
    guard let (address, group) = catalogue.object(at: try checkedPath(of: nil)),
      case .group(let links) = group.kind
    else { throw invalid(nil, "is not a group") }
    let wanted = links.filter {
      catalogue.object($0.value, in: address).map { isWanted($0.kind) } ?? false
    }
    return Self.names(wanted.keys)
  }

  private static func names(_ names: some Collection<[UInt8]>) -> [String] {
    names.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether a name, or a path of names, leads to a group or dataset of this file.
  package func contains(_ name: String) -> Bool {
    switch try? object(name)?.kind {
    case .group, .dataset: true
    case .other, nil: false
    }
  }

  /// Opens a group in this group.
  package func group(_ name: String) throws -> Group {
    guard isGroup(name) else { throw invalid(name, "there is no such group") }
    return Group(file: file, path: path(of: name))
  }

  private func isGroup(_ name: String) -> Bool {
    if case .group = try? object(name)?.kind { true } else { false }
  }

  /// The member of a name, or this group when the name is nil; nil when it is not in this file.
  func object(_ name: String?) throws -> StoredObject? {
    try file.catalogue().object(at: try checkedPath(of: name))?.object
  }

  /// Creates a group, and the missing groups on its path.
  package func createGroup(_ name: String) throws -> Group {
    try Library.call {
      let links = try linkProperties()
      let creation = try File.properties(hdf5_group_creation(), name: file.name)
      H5Pset_obj_track_times(creation.id, false)
      let path = try checkedPath(of: name)
      let group = try Handle(
        H5Gcreate2(file.writable(), path, links.id, creation.id, 0), H5Gclose,
        orThrow: failure(.cannotCreate, name, "cannot be created"))
      _ = consume group
      return Group(file: file, path: path)
    }
  }

  /// Properties with which missing groups on the path of a new object are created.
  func linkProperties() throws -> Handle {
    let links = try File.properties(hdf5_link_creation(), name: file.name)
    H5Pset_create_intermediate_group(links.id, 1)
    return links
  }
}
