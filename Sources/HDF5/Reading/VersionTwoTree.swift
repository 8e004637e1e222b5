// The newer B-trees of names, attributes, large objects and chunks. Specification III.A.2.

struct VersionTwoTree {
  /// All records of the tree, in order.
  private(set) var records: [ArraySlice<UInt8>] = []
  private let type: Int
  private let nodeSize: Int
  private let recordSize: Int
  /// Width in bytes of the number of records in a child; and, by the child's depth, of the number of all records
  /// below it.
  private var countWidth = 0
  private var totalWidths = [0]

  /// Reads the tree whose header is at an address.
  /// - Parameter type: the type that the tree's records must have.
  init(_ source: ByteSource, at address: UInt64, type: Int) throws {
    var cursor = Cursor(
      try Checksums.verified(try source.structure(at: address, count: 38), "a tree"))
    try cursor.signature("BTHD", at: address)
    _ = try cursor.version(0...0, of: "a tree")
    let found = try cursor.byte()
    self.type = type
    nodeSize = try cursor.word()
    recordSize = try cursor.short()
    let depth = try cursor.short()
    try cursor.skip(2)
    let root = try cursor.address()
    let count = try cursor.short()
    let total = try cursor.length()
    guard found == type, recordSize > 0, nodeSize > 10 + recordSize, depth < 32 else {
      throw FormatError.damaged("a tree has another type of records than it should")
    }
    var most = (nodeSize - 10) / recordSize
    countWidth = Self.width(most)
    for depth in 0..<depth {
      let pointer = 8 + countWidth + totalWidths[depth]
      let records = (nodeSize - 10 - pointer) / (recordSize + pointer)
      let (below, isTooLarge) = (records + 1).multipliedReportingOverflow(by: most)
      guard records > 0, !isTooLarge, below < Int.max - records else {
        throw FormatError.damaged("a tree is absurdly deep")
      }
      most = below + records
      totalWidths.append(Self.width(most))
    }
    if let root { try read(source, root, count: count, depth: depth) }
    guard records.count == total else {
      throw FormatError.damaged("a tree has \(records.count) of its \(total) records")
    }
  }

  /// The width in bytes of a number up to a limit.
  private static func width(_ limit: Int) -> Int {
    (Int.bitWidth - limit.leadingZeroBitCount + 7) / 8
  }

  private mutating func read(
    _ source: ByteSource, _ address: UInt64, count: Int, depth: Int
  ) throws {
    let pointer = depth == 0 ? 0 : 8 + countWidth + totalWidths[depth - 1]
    let size = 6 + count * recordSize + (depth == 0 ? 0 : (count + 1) * pointer) + 4
    guard size <= nodeSize else { throw FormatError.damaged("a tree's node is too full") }
    var cursor = Cursor(
      try Checksums.verified(try source.structure(at: address, count: size), "a tree's node"))
    try cursor.signature(depth == 0 ? "BTLF" : "BTIN", at: address)
    _ = try cursor.version(0...0, of: "a tree's node")
    guard try cursor.byte() == type else {
      throw FormatError.damaged("a tree has a node that does not belong to it")
    }
    let own = try (0..<count).map { _ in try cursor.bytes(recordSize) }
    guard depth > 0 else {
      records += own
      return
    }
    for index in 0...count {
      guard let child = try cursor.address() else {
        throw FormatError.damaged("a node of a tree has no address")
      }
      let below = Int(try cursor.number(countWidth))
      try cursor.skip(totalWidths[depth - 1])
      try read(source, child, count: below, depth: depth - 1)
      if index < count { records.append(own[index]) }
    }
  }
}
