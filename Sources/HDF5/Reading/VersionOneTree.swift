// The older B-trees of groups and chunks. Specification III.A.1.

enum VersionOneTree {
  /// Visits the entries of the leaves in order: each is a key and the address that it leads to.
  ///
  /// - Parameters:
  ///   - type: 0 for groups, 1 for chunks.
  ///   - keySize: number of bytes of a key.
  static func visit(
    _ source: ByteSource, at root: UInt64, type: Int, keySize: Int,
    _ body: (ArraySlice<UInt8>, UInt64) throws -> Void
  ) throws {
    // The node that was visited last on each level: neighbours must refer to each other.
    var last: [Int: (address: UInt64, next: UInt64?)] = [:]
    func visit(_ address: UInt64, level expected: Int?) throws {
      var head = Cursor(try source.structure(at: address, count: 24))
      try head.signature("TREE", at: address)
      let (found, level, count) = (try head.byte(), try head.byte(), try head.short())
      let (left, right) = (try head.address(), try head.address())
      guard found == type, expected == nil || level == expected else {
        throw FormatError.damaged("a tree has a node that does not belong to it")
      }
      guard left == last[level]?.address, last[level] == nil || last[level]?.next == address else {
        throw FormatError.damaged("a tree's nodes are out of order")
      }
      last[level] = (address, right)
      let size = count * (keySize + 8) + keySize
      var cursor = Cursor(try source.structure(at: address, count: 24 + size))
      try cursor.skip(24)
      for _ in 0..<count {
        let key = try cursor.bytes(keySize)
        guard let child = try cursor.address() else {
          throw FormatError.damaged("a node of a tree has no address")
        }
        if level == 0 { try body(key, child) } else { try visit(child, level: level - 1) }
      }
    }
    try visit(root, level: nil)
    guard last.values.allSatisfy({ $0.next == nil }) else {
      throw FormatError.damaged("a tree's nodes are out of order")
    }
  }
}

/// Groups of the older form: a tree of symbol tables, whose names are in a heap. Specification III.B, D.
enum SymbolTable {
  /// Reads the links of a group.
  /// - Parameter message: the addresses of tree and heap.
  static func links(_ message: ArraySlice<UInt8>, _ source: ByteSource) throws -> [([UInt8], Link)]
  {
    var cursor = Cursor(message)
    guard let tree = try cursor.address(), let heap = try cursor.address() else { return [] }
    var head = Cursor(try source.structure(at: heap, count: 32))
    try head.signature("HEAP", at: heap)
    try head.skip(4)
    let size = try head.length()
    try head.skip(8)
    guard let place = try head.address() else { return [] }
    let names = try source.structure(at: place, count: size)
    func text(at offset: Int) throws -> ArraySlice<UInt8> {
      let rest = names.dropFirst(offset)
      guard let end = rest.firstIndex(of: 0) else {
        throw FormatError.damaged("a name in a group does not end")
      }
      return rest[..<end]
    }
    var links: [([UInt8], Link)] = []
    try VersionOneTree.visit(source, at: tree, type: 0, keySize: 8) { _, address in
      var head = Cursor(try source.structure(at: address, count: 8))
      try head.signature("SNOD", at: address)
      try head.skip(2)
      let count = try head.short()
      var cursor = Cursor(try source.structure(at: address, count: 8 + 40 * count).dropFirst(8))
      for _ in 0..<count {
        let name = try Link.name(try text(at: try cursor.length()))
        let object = try cursor.address()
        let kind = try cursor.word()
        try cursor.skip(4)
        var scratch = Cursor(try cursor.bytes(16))
        if kind == 2 {
          let path = try text(at: try scratch.word())
          links.append((name, .leading(to: path)))
        } else if let object {
          links.append((name, .object(object)))
        } else {
          throw FormatError.damaged("a name leads nowhere")
        }
      }
    }
    return links
  }
}
