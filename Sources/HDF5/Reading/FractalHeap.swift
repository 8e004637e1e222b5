// The newer heaps of links and attributes. Specification III.G.

/// A heap in blocks whose sizes double from row to row of a table; an object has an offset and a length.
final class FractalHeap {
  private let source: ByteSource
  private let address: UInt64
  private let idSize: Int
  private let hasChecksums: Bool
  private let largeObjects: UInt64?
  private let width: Int
  private let firstSize: Int
  private let largestDirect: Int
  private let offsetWidth: Int
  private let lengthWidth: Int
  private let root: UInt64?
  /// Number of rows of the root table; 0 when the root is a block of objects itself.
  private let rootRows: Int
  private var blocks: [UInt64: ArraySlice<UInt8>] = [:]
  /// Address and length of the large objects by their numbers; nil until they are needed.
  private var large: [UInt64: (address: UInt64, length: Int)]?

  init(_ source: ByteSource, at address: UInt64) throws {
    self.source = source
    self.address = address
    var cursor = Cursor(try source.structure(at: address, count: 146))
    let all = cursor.rest
    try cursor.signature("FRHP", at: address)
    _ = try cursor.version(0...0, of: "a heap")
    idSize = try cursor.short()
    let filters = try cursor.short()
    guard filters == 0 else { throw FormatError.unsupported("a compressed heap") }
    hasChecksums = try cursor.byte() & 2 != 0
    let largestManaged = try cursor.word()
    try cursor.skip(8)
    largeObjects = try cursor.address()
    try cursor.skip(80)
    width = try cursor.short()
    firstSize = try cursor.length()
    largestDirect = try cursor.length()
    let bits = try cursor.short()
    try cursor.skip(2)
    root = try cursor.address()
    rootRows = try cursor.short()
    _ = try Checksums.verified(all, "a heap")
    offsetWidth = (bits + 7) / 8
    lengthWidth = min(
      (Self.log(largestDirect) + 7) / 8, (Int.bitWidth - largestManaged.leadingZeroBitCount + 7) / 8
    )
    func isPower(_ number: Int) -> Bool { number > 0 && number & (number - 1) == 0 }
    guard isPower(width), isPower(firstSize), isPower(largestDirect), firstSize <= largestDirect,
      largestDirect <= 1 << 32, bits < 64, Self.log(width) + Self.log(firstSize) <= bits,
      rootRows <= bits, 1 + offsetWidth + lengthWidth <= idSize
    else { throw FormatError.damaged("a heap's table is absurd") }
  }

  private static func log(_ number: Int) -> Int {
    max(0, Int.bitWidth - 1 - number.leadingZeroBitCount)
  }

  /// The bytes of an object.
  func object(_ id: ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
    var cursor = Cursor(id.prefix(idSize))
    let head = try cursor.byte()
    switch head >> 4 {
    case 0:
      let offset = Int(truncatingIfNeeded: try cursor.number(offsetWidth))
      let length = Int(truncatingIfNeeded: try cursor.number(lengthWidth))
      return try managed(offset, length)
    case 1: return try largeObject(&cursor)
    default: throw FormatError.unsupported("an object in a heap's reference")
    }
  }

  /// The bytes of an object that is too large for the heap's blocks.
  private func largeObject(_ id: inout Cursor) throws -> ArraySlice<UInt8> {
    if id.rest.count >= 16 {
      guard let place = try id.address() else {
        throw FormatError.damaged("a large object has no address")
      }
      return try source.structure(at: place, count: try id.length())
    }
    let number = try id.number(min(8, id.rest.count))
    let known = try large ?? listLarge()
    large = known
    guard let object = known[number] else {
      throw FormatError.damaged("a heap has no large object \(number)")
    }
    return try source.structure(at: object.address, count: object.length)
  }

  private func listLarge() throws -> [UInt64: (address: UInt64, length: Int)] {
    guard let largeObjects else { return [:] }
    var objects: [UInt64: (address: UInt64, length: Int)] = [:]
    for record in try VersionTwoTree(source, at: largeObjects, type: 1).records {
      var cursor = Cursor(record)
      let (place, length) = (try cursor.address(), try cursor.length())
      if let place { objects[try cursor.number(8)] = (place, length) }
    }
    return objects
  }

  private func managed(_ offset: Int, _ length: Int) throws -> ArraySlice<UInt8> {
    guard let root, offset >= 0, length >= 0 else {
      throw FormatError.damaged("an object is outside its heap")
    }
    var (block, start, rows, size) = (root, 0, rootRows, firstSize)
    while rows > 0 {
      let (row, column, rowStart, childSize) = place(of: offset - start)
      guard row < rows else { throw FormatError.damaged("an object is outside its heap") }
      let table = try indirect(block, start, rows)
      var entry = Cursor(table.dropFirst((row * width + column) * 8))
      guard let child = try entry.address() else {
        throw FormatError.damaged("an object is in no block of its heap")
      }
      start += rowStart + column * childSize
      (block, size) = (child, childSize)
      rows = childSize <= largestDirect ? 0 : Self.log(childSize) - Self.log(firstSize * width) + 1
    }
    let bytes = try direct(block, start, size)
    let head = 13 + offsetWidth + (hasChecksums ? 4 : 0)
    guard offset - start >= head, length <= bytes.count - (offset - start) else {
      throw FormatError.damaged("an object is outside its heap's block")
    }
    return bytes.dropFirst(offset - start).prefix(length)
  }

  /// The row and column of an offset within a table, with the row's start and the size of its blocks.
  private func place(of offset: Int) -> (row: Int, column: Int, start: Int, size: Int) {
    let first = firstSize * width
    guard offset >= first else { return (0, offset / firstSize, 0, firstSize) }
    let row = Self.log(offset / first) + 1
    let (start, size) = (first << (row - 1), firstSize << (row - 1))
    return (row, (offset - start) / size, start, size)
  }

  /// The addresses in a block of blocks.
  private func indirect(_ place: UInt64, _ start: Int, _ rows: Int) throws -> ArraySlice<UInt8> {
    if let known = blocks[place] { return known }
    let size = 13 + offsetWidth + rows * width * 8 + 4
    let bytes = try Checksums.verified(
      try source.structure(at: place, count: size), "a heap's table")
    blocks[place] = try checked(bytes, "FHIB", place, start)
    return blocks[place] ?? []
  }

  /// The bytes of a block of objects, including its head, which offsets count.
  private func direct(_ place: UInt64, _ start: Int, _ size: Int) throws -> ArraySlice<UInt8> {
    if let known = blocks[place] { return known }
    let bytes = try source.structure(at: place, count: size)
    var rest = Cursor(try checked(bytes, "FHDB", place, start))
    if hasChecksums {
      // The checksum was computed with zeros in its own place.
      let stored = try rest.number(4)
      var zeroed = Array(bytes)
      let at = 13 + offsetWidth
      zeroed.replaceSubrange(at..<at + 4, with: [0, 0, 0, 0])
      guard stored == UInt64(Checksums.lookup3(zeroed[...])) else {
        throw FormatError.damaged("a heap's block has a wrong checksum")
      }
    }
    blocks[place] = bytes
    return bytes
  }

  /// The bytes behind the head of a block, after a check that it belongs to this heap.
  private func checked(
    _ bytes: ArraySlice<UInt8>, _ letters: StaticString, _ place: UInt64, _ start: Int
  ) throws -> ArraySlice<UInt8> {
    var cursor = Cursor(bytes)
    try cursor.signature(letters, at: place)
    _ = try cursor.version(0...0, of: "a heap's block")
    guard try cursor.address() == address, try cursor.number(offsetWidth) == UInt64(start) else {
      throw FormatError.damaged("a block belongs to another heap")
    }
    return cursor.rest
  }
}
