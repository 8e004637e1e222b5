// Object headers: the messages that describe a group, a dataset or a type. Specification IV.A.1.

/// A message of an object header.
struct HeaderMessage {
  let type: Int
  let flags: Int
  let body: ArraySlice<UInt8>

  /// Whether the body is a reference to the message in another object.
  var isShared: Bool { flags & 2 != 0 }
}

struct ObjectHeader {
  private(set) var messages: [HeaderMessage] = []

  /// Reads all messages of the header at an address.
  init(_ source: ByteSource, at address: UInt64) throws {
    let start = try source.structure(at: address, count: 1)
    var continuations: [(address: UInt64, count: Int)] = []
    if start.first == 1 {
      var head = Cursor(try source.structure(at: address, count: 16))
      try head.skip(8)
      let count = try head.word()
      try parse(
        source.structure(at: try Self.sum(address, 16), count: count), flags: nil, &continuations)
      while let (address, count) = continuations.popLast() {
        try parse(source.structure(at: address, count: count), flags: nil, &continuations)
      }
      return
    }
    var head = Cursor(try source.structure(at: address, count: 6))
    try head.signature("OHDR", at: address)
    _ = try head.version(2...2, of: "an object header")
    let flags = try head.byte()
    let times = flags & 0x20 != 0 ? 16 : 0
    let limits = flags & 0x10 != 0 ? 4 : 0
    let width = 1 << (flags & 3)
    let before = 6 + times + limits + width
    var size = Cursor(try source.structure(at: try Self.sum(address, before - width), count: width))
    guard let count = Int(exactly: try size.number(width)), count < source.size else {
      throw FormatError.damaged("an object header is larger than the file")
    }
    let first = try source.structure(at: address, count: before + count + 4)
    try parse(
      Checksums.verified(first, "an object header").dropFirst(before), flags: flags, &continuations)
    while let (address, count) = continuations.popLast() {
      let block = try source.structure(at: address, count: count)
      var cursor = Cursor(try Checksums.verified(block, "an object header's continuation"))
      try cursor.signature("OCHK", at: address)
      try parse(cursor.rest, flags: flags, &continuations)
    }
  }

  private static func sum(_ address: UInt64, _ count: Int) throws -> UInt64 {
    let (sum, isTooLarge) = address.addingReportingOverflow(UInt64(count))
    guard !isTooLarge else { throw FormatError.damaged("an address is absurd") }
    return sum
  }

  /// - Parameter flags: the header's, or nil for the older form.
  private mutating func parse(
    _ block: ArraySlice<UInt8>, flags: Int?, _ continuations: inout [(address: UInt64, count: Int)]
  ) throws {
    var cursor = Cursor(block)
    let head = flags.map { $0 & 4 != 0 ? 6 : 4 } ?? 8
    // A remainder too small for a message is a gap.
    while cursor.rest.count >= head {
      let type = flags == nil ? try cursor.short() : try cursor.byte()
      let size = try cursor.short()
      let messageFlags = try cursor.byte()
      try cursor.skip(head - (flags == nil ? 5 : 4))
      let message = HeaderMessage(type: type, flags: messageFlags, body: try cursor.bytes(size))
      switch type {
      case 0: break
      case 0x10:
        var place = Cursor(message.body)
        guard let address = try place.address() else {
          throw FormatError.damaged("an object header's continuation has no address")
        }
        continuations.append((address, try place.length()))
      default:
        guard type <= 0x18 || messageFlags & 0x80 == 0 else {
          throw FormatError.unsupported("an object with a message of type \(type)")
        }
        messages.append(message)
      }
    }
  }

  /// The body of the first message of a type, in this header or shared; nil when there is none.
  func body(_ type: Int, _ source: ByteSource) throws -> ArraySlice<UInt8>? {
    guard let message = messages.first(where: { $0.type == type }) else { return nil }
    return message.isShared ? try Self.shared(type, message.body, source) : message.body
  }

  /// The body of a message in another object's header, as that of a named type.
  static func shared(_ type: Int, _ body: ArraySlice<UInt8>, _ source: ByteSource) throws
    -> ArraySlice<UInt8>
  {
    var cursor = Cursor(body)
    let version = try cursor.version(1...3, of: "a shared message")
    let kind = try cursor.byte()
    guard version < 3 || kind == 2 else {
      throw FormatError.unsupported("a message in a heap of shared messages")
    }
    if version == 1 { try cursor.skip(6) }
    guard let address = try cursor.address() else {
      throw FormatError.damaged("a shared message has no address")
    }
    let other = try ObjectHeader(source, at: address)
    guard let message = other.messages.first(where: { $0.type == type }), !message.isShared else {
      throw FormatError.damaged("a shared message is not where it should be")
    }
    return message.body
  }
}
