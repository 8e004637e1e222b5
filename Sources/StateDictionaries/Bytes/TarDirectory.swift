// The members of an uncompressed tar archive (POSIX ustar; extended headers are skipped).

enum TarDirectory {
  private static let block = 512

  /// Whether the file starts with a tar header, recognised by its checksum, with or without "ustar".
  static func isTar(_ source: ByteSource) -> Bool {
    guard let header = try? source.bytes(at: 0, count: block) else { return false }
    return checksumAgrees(header)
  }

  /// The range of each regular file's bytes, by name.
  static func members(_ source: ByteSource) throws -> [String: Range<Int>] {
    var members: [String: Range<Int>] = [:]
    var position = 0
    while source.contains(offset: position, length: block) {
      let header = try source.bytes(at: position, count: block)
      if header.allSatisfy({ $0 == 0 }) { return members }
      guard checksumAgrees(header), let size = octal(header[124..<136]) else {
        throw source.error("the tar header at byte \(position) is damaged")
      }
      position += block
      guard source.contains(offset: position, length: size) else {
        throw source.error("a tar archive that ends early")
      }
      if header[156] == UInt8(ascii: "0") || header[156] == 0 {
        let field = String(decoding: header[..<100].prefix { $0 != 0 }, as: UTF8.self)
        let name = field.hasPrefix("./") ? String(field.dropFirst(2)) : field
        guard members.updateValue(position..<(position + size), forKey: name) == nil else {
          throw source.error("a tar archive that holds \(printable(name)) twice")
        }
      }
      position += (size + block - 1) / block * block
    }
    return members
  }

  private static func checksumAgrees(_ header: [UInt8]) -> Bool {
    // The field of the checksum counts as spaces.
    let sum = header.enumerated().reduce(0) {
      $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element))
    }
    return octal(header[148..<156]) == sum
  }

  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == UInt8(ascii: " ") }
      .prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
    guard !digits.isEmpty, digits.count <= 12 else { return nil }
    return Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}
