// The objects of a file, each once, by the address of its header.

/// The groups, attributes and datasets of a file, read when it is opened.
final class Catalogue {
  /// The largest number of objects, far above that of any network or images file.
  private static let objectLimit = 100_000
  private static let nameLimit = 1_000_000
  static let tooMany = "more than \(objectLimit) objects, or \(nameLimit) names, are in it"
  /// The largest number of soft links in a chain, as in the HDF5 library.
  private static let pathLimit = 16

  let source: ByteSource
  private let root: UInt64
  private let objects: [UInt64: StoredObject]

  /// Reads all structures of a file from a list of pending objects: hard links can make a group contain itself.
  /// - Returns: nil when the file is not HDF5.
  init?(_ source: ByteSource) throws {
    guard let superblock = try Superblock(source) else { return nil }
    let heap = GlobalHeap(source)
    var objects: [UInt64: StoredObject] = [:]
    var left = Self.nameLimit
    var waiting = [superblock.root]
    while let address = waiting.popLast() {
      guard objects[address] == nil else { continue }
      guard objects.count < Self.objectLimit else { throw FormatError.damaged(Self.tooMany) }
      let object = try StoredObject(source, at: address, heap, limit: left)
      left -= object.count
      guard left >= 0 else { throw FormatError.damaged(Self.tooMany) }
      objects[address] = object
      guard case .group(let links) = object.kind else { continue }
      for case .object(let member) in links.values where objects[member] == nil {
        waiting.append(member)
      }
    }
    guard case .group = objects[superblock.root]?.kind else {
      throw FormatError.damaged("its root is not a group")
    }
    self.source = source
    self.objects = objects
    root = superblock.root
  }

  /// The object that a path leads to, with the address of its header; nil when there is none in this file.
  func object(at path: String) -> (address: UInt64, object: StoredObject)? {
    var paths = 0
    return find(path, from: root, &paths).flatMap { address in
      objects[address].map { (address, $0) }
    }
  }

  /// The object that a link in a group leads to; nil when there is none in this file.
  func object(_ link: Link, in group: UInt64) -> StoredObject? {
    var paths = 0
    return follow(link, from: group, &paths).flatMap { objects[$0] }
  }

  private func find(_ path: String, from start: UInt64, _ paths: inout Int) -> UInt64? {
    var place = path.hasPrefix("/") ? root : start
    for name in path.utf8.split(separator: UInt8(ascii: "/")) where !name.elementsEqual(".".utf8) {
      guard case .group(let links) = objects[place]?.kind, let link = links[Array(name)],
        let next = follow(link, from: place, &paths)
      else { return nil }
      place = next
    }
    return place
  }

  private func follow(_ link: Link, from group: UInt64, _ paths: inout Int) -> UInt64? {
    switch link {
    case .object(let address): return address
    case .path(let path):
      paths += 1
      return paths <= Self.pathLimit ? find(path, from: group, &paths) : nil
    case .elsewhere: return nil
    }
  }
}
