// The superblock, which has the address of the root. HDF5 File Format Specification 3.0, II.A.

struct Superblock {
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Address of the root group's object header.
  let root: UInt64

  /// Finds the superblock, at 0 or behind a block of 512, 1024, 2048, … bytes, and sets `source.base`.
  /// - Returns: nil when there is no signature.
  init?(_ source: ByteSource) throws {
    var start = 0
    while true {
      guard start <= source.size - Self.signature.count else { return nil }
      let bytes = try source.structure(at: UInt64(start), count: Self.signature.count)
      if bytes.elementsEqual(Self.signature) { break }
      start = start == 0 ? 512 : 2 * start
    }
    source.base = start
    var head = Cursor(try source.structure(at: 8, count: 7))
    let version = try head.version(0...3, of: "a superblock")
    let isOld = version < 2
    if isOld { try head.skip(4) }
    guard try head.byte() == 8, try head.byte() == 8 else {
      throw FormatError.unsupported("it has addresses or sizes of other than 8 bytes")
    }
    let size = version == 0 ? 96 : version == 1 ? 100 : 48
    let all = try source.structure(at: 0, count: size)
    var cursor = Cursor(isOld ? all : try Checksums.verified(all, "the superblock"))
    try cursor.skip(isOld ? 15 : 11)
    let flags = try cursor.number(1)
    if isOld { try cursor.skip(version == 0 ? 8 : 12) }
    guard version < 3 || flags & 5 == 0 else {
      throw FormatError.damaged("its writer did not close it")
    }
    let base = try cursor.length()
    let next = try cursor.address()
    let end = try cursor.length()
    // The end is counted from the file's first byte, including the block that was there when it was written.
    guard base <= end else { throw FormatError.damaged("its end is before its beginning") }
    guard end - base <= source.size - start else {
      throw FormatError.damaged(
        "it is cut off: it has \(source.size - start) of \(end - base) bytes")
    }
    if isOld {
      guard try cursor.address() == nil else {
        throw FormatError.unsupported("a file of several parts (a driver's information)")
      }
      try cursor.skip(8)
    } else if let next {
      // An extension may move structures into an image, where this reader does not look for them.
      let messages = try ObjectHeader(source, at: next).messages
      guard !messages.contains(where: { $0.type == 0x18 }) else {
        throw FormatError.unsupported("an image of its structures")
      }
    }
    guard let root = try cursor.address() else { throw FormatError.damaged("it has no root") }
    self.root = root
  }
}
