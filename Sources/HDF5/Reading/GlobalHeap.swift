// Collections of texts of variable length. Specification III.E.

/// The texts of variable length of a file. Every collection is read once, and a text must be a whole object of one.
final class GlobalHeap {
  private let source: ByteSource
  private var collections: [UInt64: [Int: ArraySlice<UInt8>]] = [:]
  /// Number of bytes of texts that may still be made, since many references can lead to one long text.
  private var allowance: Int

  init(_ source: ByteSource) {
    self.source = source
    allowance = source.size
  }

  /// The text that a reference of 16 bytes leads to: a length, a collection's address, and an index.
  func text(_ reference: ArraySlice<UInt8>) throws -> String {
    var cursor = Cursor(reference)
    let length = try cursor.word()
    let address = try cursor.address()
    let index = try cursor.word()
    guard let address, address != 0 else {
      guard length == 0 else {
        throw FormatError.damaged("a text of \(length) bytes has no address")
      }
      return ""
    }
    guard let object = try collection(at: address)[index], object.count == length else {
      throw FormatError.damaged("an attribute's text has another size than it claims")
    }
    guard length <= allowance else {
      throw FormatError.damaged("its texts are longer than the file")
    }
    allowance -= length
    return String(decoding: object.prefix { $0 != 0 }, as: UTF8.self)
  }

  private func collection(at address: UInt64) throws -> [Int: ArraySlice<UInt8>] {
    if let known = collections[address] { return known }
    var head = Cursor(try source.structure(at: address, count: 16))
    try head.signature("GCOL", at: address)
    _ = try head.version(1...1, of: "a collection of texts")
    try head.skip(3)
    var cursor = Cursor(try source.structure(at: address, count: try head.length()))
    try cursor.skip(16)
    var objects: [Int: ArraySlice<UInt8>] = [:]
    while cursor.rest.count >= 16 {
      let index = try cursor.short()
      try cursor.skip(6)
      let size = try cursor.length()
      // Index 0 is the free space up to the end.
      if index == 0 { break }
      guard objects.updateValue(try cursor.bytes(size), forKey: index) == nil else {
        throw FormatError.damaged("a collection of texts has an index twice")
      }
      try cursor.skip(min((8 - size % 8) % 8, cursor.rest.count))
    }
    collections[address] = objects
    return objects
  }
}
