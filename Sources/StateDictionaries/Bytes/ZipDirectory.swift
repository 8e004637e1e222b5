// The central directory of a zip archive of stored entries, with the zip64 extension. PyTorch's archives have
// all sizes there (0 in local headers). PKWARE's APPNOTE 6.3, §4.3.

struct ZipDirectory {
  struct Entry {
    let name: String
    fileprivate let flags: UInt16
    fileprivate let method: UInt16
    fileprivate let checksum: UInt32
    fileprivate var size: Int
    fileprivate var headerOffset: Int
  }

  private(set) var entries: [String: Entry] = [:]
  private let source: ByteSource

  init(_ source: ByteSource) throws {
    self.source = source
    let (count, offset, size) = try Self.locate(source)
    guard source.contains(offset: offset, length: size), count <= size / 46 else {
      throw source.error("its zip directory is outside the file")
    }
    var cursor = try ByteCursor(source, offset: offset, length: size)
    for _ in 0..<count {
      let entry = try Self.entry(&cursor)
      guard entries.updateValue(entry, forKey: entry.name) == nil else {
        throw source.error("its zip directory lists \(printable(entry.name)) twice")
      }
    }
  }

  /// The bytes of a stored entry. Its checksum is verified before they are used. A checksum of 0 was not
  /// computed, which is an option of PyTorch.
  func bytes(of entry: Entry) throws -> (bytes: StorageBytes, count: Int) {
    guard entry.method == 0, entry.flags & 1 == 0 else {
      throw source.error(
        "\(printable(entry.name)) is compressed or encrypted; PyTorch and Keras only store entries")
    }
    var header = try ByteCursor(source, offset: entry.headerOffset, length: 30)
    let signature = try header.integer(UInt32.self)
    try header.skip(22)
    let nameLength = try header.size(UInt16.self)
    let start = entry.headerOffset + 30 + nameLength + (try header.size(UInt16.self))
    guard signature == 0x0403_4b50, source.contains(offset: start, length: entry.size) else {
      throw source.error("\(printable(entry.name)) is not where its zip directory says")
    }
    let checksum = entry.checksum == 0 ? nil : entry.checksum
    let bytes = StorageBytes(source, location: start..<(start + entry.size), checksum: checksum)
    return (bytes, entry.size)
  }

  /// The number of entries, offset and size of the directory, from the record at the archive's end.
  private static func locate(_ source: ByteSource) throws -> (count: Int, offset: Int, size: Int) {
    let tailStart = max(0, source.count - 22 - 0xffff)
    let tail = try source.bytes(at: tailStart, count: source.count - tailStart)
    for start in stride(from: tail.count - 22, through: 0, by: -1)
    where tail[start] == 0x50 && tail[start + 1] == 0x4b && tail[start + 2] == 5
      && tail[start + 3] == 6
      && Int(tail[start + 20]) + Int(tail[start + 21]) << 8 == tail.count - start - 22
    {
      var end = try ByteCursor(source, offset: tailStart + start + 10, length: 10)
      let count = try end.size(UInt16.self)
      let size = try end.size(UInt32.self)
      let offset = try end.size(UInt32.self)
      guard count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff else {
        return (count, offset, size)
      }
      return try locate64(source, before: tailStart + start)
    }
    throw source.error("a zip archive without its end: truncated?")
  }

  private static func locate64(
    _ source: ByteSource, before end: Int
  ) throws -> (count: Int, offset: Int, size: Int) {
    var locator = try ByteCursor(source, offset: end - 20, length: 20)
    guard try locator.integer(UInt32.self) == 0x0706_4b50 else {
      throw source.error("its zip64 locator is missing")
    }
    try locator.skip(4)
    var record = try ByteCursor(source, offset: try locator.size(UInt64.self), length: 56)
    guard try record.integer(UInt32.self) == 0x0606_4b50 else {
      throw source.error("its zip64 record is missing")
    }
    try record.skip(28)
    let count = try record.size(UInt64.self)
    let size = try record.size(UInt64.self)
    return (count, try record.size(UInt64.self), size)
  }

  private static func entry(_ cursor: inout ByteCursor) throws -> Entry {
    guard try cursor.integer(UInt32.self) == 0x0201_4b50 else {
      throw cursor.source.error("its zip directory is damaged")
    }
    try cursor.skip(4)
    let flags = try cursor.integer(UInt16.self)
    let method = try cursor.integer(UInt16.self)
    try cursor.skip(4)
    let checksum = try cursor.integer(UInt32.self)
    let compressedSize = try cursor.size(UInt32.self)
    let size = try cursor.size(UInt32.self)
    let nameLength = try cursor.size(UInt16.self)
    let extraLength = try cursor.size(UInt16.self)
    let commentLength = try cursor.size(UInt16.self)
    try cursor.skip(8)
    let headerOffset = try cursor.size(UInt32.self)
    let name = String(decoding: try cursor.bytes(nameLength), as: UTF8.self)
    var entry = Entry(
      name: name, flags: flags, method: method, checksum: checksum, size: size,
      headerOffset: headerOffset)
    try extend(
      &entry, skippingCompressedSize: compressedSize == 0xffff_ffff, extra: &cursor,
      length: extraLength)
    try cursor.skip(commentLength)
    return entry
  }

  /// Reads the values that did not fit into 32 bits from the zip64 field (id 1), in their fixed order.
  private static func extend(
    _ entry: inout Entry, skippingCompressedSize: Bool, extra cursor: inout ByteCursor, length: Int
  ) throws {
    var rest = length
    while rest >= 4 {
      let id = try cursor.integer(UInt16.self)
      let size = try cursor.size(UInt16.self)
      rest -= 4 + size
      guard id == 1 else {
        try cursor.skip(size)
        continue
      }
      var field = try ByteCursor(cursor.source, offset: cursor.position, length: size)
      try cursor.skip(size)
      if entry.size == 0xffff_ffff { entry.size = try field.size(UInt64.self) }
      if skippingCompressedSize { try field.skip(8) }
      if entry.headerOffset == 0xffff_ffff { entry.headerOffset = try field.size(UInt64.self) }
    }
    guard rest >= 0 else { throw cursor.source.error("its zip directory is damaged") }
    try cursor.skip(rest)
  }
}
