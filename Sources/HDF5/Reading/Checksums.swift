// The two checksums of HDF5: lookup3 for structures, and Fletcher's for chunks that have the filter.

enum Checksums {
  /// Bob Jenkins's lookup3, which HDF5 File Format Specification 3.0 uses for structures.
  static func lookup3(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { lookup3($0) }
  }

  private static func lookup3(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let start = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count)
    var (a, b, c) = (start, start, start)
    func word(_ index: Int) -> UInt32 {
      (0..<4).reduce(0) { sum, byte in
        index + byte < bytes.count ? sum | UInt32(bytes[index + byte]) << UInt32(8 * byte) : sum
      }
    }
    func rotated(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
    var index = 0
    while bytes.count - index > 12 {
      a = a &+ word(index)
      b = b &+ word(index + 4)
      c = c &+ word(index + 8)
      a = (a &- c) ^ rotated(c, 4)
      c = c &+ b
      b = (b &- a) ^ rotated(a, 6)
      a = a &+ c
      c = (c &- b) ^ rotated(b, 8)
      b = b &+ a
      a = (a &- c) ^ rotated(c, 16)
      c = c &+ b
      b = (b &- a) ^ rotated(a, 19)
      a = a &+ c
      c = (c &- b) ^ rotated(b, 4)
      b = b &+ a
      index += 12
    }
    guard index < bytes.count else { return c }
    a = a &+ word(index)
    b = b &+ word(index + 4)
    c = c &+ word(index + 8)
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    c = (c ^ b) &- rotated(b, 24)
    return c
  }

  /// Fletcher's sum over big-endian words of 16 bits.
  static func fletcher32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { bytes in
      var (first, second): (UInt32, UInt32) = (0, 0)
      func fold() {
        first = (first & 0xffff) + (first >> 16)
        second = (second & 0xffff) + (second >> 16)
      }
      let words = bytes.count / 2
      for start in stride(from: 0, to: words, by: 360) {
        for word in start..<min(start + 360, words) {
          first &+= UInt32(bytes[2 * word]) << 8 | UInt32(bytes[2 * word + 1])
          second &+= first
        }
        fold()
      }
      if bytes.count % 2 == 1, let last = bytes.last {
        first &+= UInt32(last) << 8
        second &+= first
        fold()
      }
      fold()
      return second << 16 | first
    }
  }

  /// The bytes of a structure, verified, without the checksum at their end.
  /// - Throws: `FormatError.damaged` when the checksum is wrong.
  static func verified(_ bytes: ArraySlice<UInt8>, _ what: String) throws -> ArraySlice<UInt8> {
    guard bytes.count >= 4 else { throw FormatError.damaged("\(what) ends early") }
    var stored = Cursor(bytes.suffix(4))
    guard try stored.number(4) == UInt64(lookup3(bytes.dropLast(4))) else {
      throw FormatError.damaged("\(what) has a wrong checksum")
    }
    return bytes.dropLast(4)
  }
}
