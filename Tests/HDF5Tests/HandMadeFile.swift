// Files of the oldest form, made byte by byte, since the HDF5 library cannot write them.

/// A file under construction, whose root group's names lead to objects at chosen addresses.
struct HandMadeFile {
  private(set) var bytes: [UInt8] = []

  static func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static let undefined = [UInt8](repeating: 0xff, count: 8)

  /// Appends bytes and returns their address.
  mutating func append(_ more: [UInt8]) -> Int {
    bytes += more
    return bytes.count - more.count
  }

  /// Appends an object header of messages, each a type and a body of a multiple of 8 bytes, and returns its address.
  mutating func header(_ messages: [(type: Int, body: [UInt8])] = []) -> Int {
    var all: [UInt8] = []
    for (type, body) in messages {
      all += Self.number(type, 2)
      all += Self.number(body.count, 2)
      all += Self.number(0, 4)
      all += body
    }
    var head: [UInt8] = [1, 0]
    head += Self.number(messages.count, 2)
    head += Self.number(1, 4)
    head += Self.number(all.count, 4)
    head += Self.number(0, 4)
    return append(head + all)
  }

  /// Appends a tree and a heap of names, and returns the message that makes a group of them.
  mutating func symbols(_ members: [(name: String, address: Int)]) -> [UInt8] {
    var names: [UInt8] = []
    var nodes: [Int] = []
    for start in stride(from: 0, to: members.count, by: 10_000) {
      let part = members[start..<min(start + 10_000, members.count)]
      var node = Array("SNOD".utf8)
      node += [1, 0]
      node += Self.number(part.count, 2)
      for (name, address) in part {
        node += Self.number(names.count, 8)
        node += Self.number(address, 8)
        node += [UInt8](repeating: 0, count: 24)
        names += name.utf8
        names.append(0)
      }
      nodes.append(append(node))
    }
    let words = append(names)
    var heap = Array("HEAP".utf8)
    heap += Self.number(0, 4)
    heap += Self.number(names.count, 8)
    heap += Self.undefined
    heap += Self.number(words, 8)
    var tree = Array("TREE".utf8)
    tree += [0, 0]
    tree += Self.number(nodes.count, 2)
    tree += Self.undefined + Self.undefined
    for node in nodes {
      tree += Self.number(0, 8)
      tree += Self.number(node, 8)
    }
    tree += Self.number(0, 8)
    return Self.number(append(tree), 8) + Self.number(append(heap), 8)
  }

  /// Makes a file whose root has the members that `body` returns.
  static func make(_ body: (inout HandMadeFile) -> [(name: String, address: Int)]) -> [UInt8] {
    var file = HandMadeFile()
    file.bytes = [UInt8](repeating: 0, count: 96)
    let members = body(&file)
    let symbols = file.symbols(members)
    let root = file.header([(0x11, symbols)])
    var superblock: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    superblock += [0, 0, 0, 0, 0, 8, 8, 0]
    superblock += [4, 0, 16, 0, 0, 0, 0, 0]
    superblock += number(0, 8) + undefined
    superblock += number(file.bytes.count, 8) + undefined
    superblock += number(0, 8) + number(root, 8)
    superblock += [UInt8](repeating: 0, count: 24)
    file.bytes.replaceSubrange(0..<96, with: superblock)
    return file.bytes
  }
}
