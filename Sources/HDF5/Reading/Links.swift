// Links: names in a group, stored as messages or as objects of a heap. Specification IV.A.2.g.

/// The target of a name in a group. Names are compared by their bytes, not as Unicode text.
enum Link {
  /// An object of this file, by its header's address.
  case object(UInt64)
  /// A path of this file.
  case path(String)
  /// Another file, or something that only its writer knows.
  case elsewhere

  /// Decodes a link message.
  static func named(_ message: ArraySlice<UInt8>) throws -> (name: [UInt8], link: Link) {
    var cursor = Cursor(message)
    _ = try cursor.version(1...1, of: "a link")
    let flags = try cursor.byte()
    let type = flags & 8 != 0 ? try cursor.byte() : 0
    if flags & 4 != 0 { try cursor.skip(8) }
    if flags & 16 != 0 { try cursor.skip(1) }
    guard let count = Int(exactly: try cursor.number(1 << (flags & 3))) else {
      throw FormatError.damaged("a name is absurdly long")
    }
    let name = try Self.name(try cursor.bytes(count))
    switch type {
    case 0:
      guard let address = try cursor.address() else {
        throw FormatError.damaged("a name leads nowhere")
      }
      return (name, .object(address))
    case 1: return (name, .leading(to: try cursor.bytes(try cursor.short())))
    default: return (name, .elsewhere)
    }
  }

  /// A path of this file. One that is absurdly long leads nowhere: looking it up takes time.
  static func leading(to path: ArraySlice<UInt8>) -> Link {
    path.count <= 1024 ? .path(String(decoding: path, as: UTF8.self)) : .elsewhere
  }

  static func name(_ bytes: ArraySlice<UInt8>) throws -> [UInt8] {
    guard !bytes.isEmpty, !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else {
      throw FormatError.damaged("a name in a group is empty, or holds a zero byte or a slash")
    }
    return Array(bytes)
  }
}

/// The members of a group: in its header, in a heap, or in the older table of symbols.
struct Members {
  private(set) var links: [[UInt8]: Link] = [:]

  /// - Parameter limit: how many there may be.
  init(_ header: ObjectHeader, _ source: ByteSource, limit: Int) throws {
    if let table = try header.body(0x11, source) {
      for (name, link) in try SymbolTable.links(table, source) { try add(name, link, limit) }
    }
    for message in header.messages where message.type == 6 {
      let (name, link) = try Link.named(message.body)
      try add(name, link, limit)
    }
    if let info = try header.body(2, source) {
      var cursor = Cursor(info)
      _ = try cursor.version(0...0, of: "a group's information")
      let flags = try cursor.byte()
      if flags & 1 != 0 { try cursor.skip(8) }
      if let heap = try cursor.address(), let tree = try cursor.address() {
        let heap = try FractalHeap(source, at: heap)
        for record in try VersionTwoTree(source, at: tree, type: 5).records {
          let (name, link) = try Link.named(try heap.object(record.dropFirst(4)))
          try add(name, link, limit)
        }
      }
    }
  }

  private mutating func add(_ name: [UInt8], _ link: Link, _ limit: Int) throws {
    guard links.updateValue(link, forKey: name) == nil else {
      throw FormatError.damaged("a group has a name twice")
    }
    guard links.count <= limit else { throw FormatError.damaged(Catalogue.tooMany) }
  }
}
