// Types of elements, as messages describe them. Specification IV.A.2.d.

/// The type of stored elements, as far as this project reads it.
struct StoredType: Equatable {
  enum Kind: Equatable {
    case integer(isSigned: Bool)
    /// IEEE 754 numbers of 16, 32 or 64 bits.
    case floatingPoint
    /// Texts of one length, padded with zeros or spaces.
    case text(isSpacePadded: Bool)
    /// References to texts in heaps.
    case variableText
    /// Any other type: compounds, references, number formats that no processor has.
    case other
  }

  private(set) var kind = Kind.other
  /// Number of bytes of an element.
  private(set) var size: Int
  private(set) var isBigEndian: Bool

  init(_ message: ArraySlice<UInt8>) throws {
    var cursor = Cursor(message)
    let head = try cursor.byte()
    let bits = (try cursor.byte(), try cursor.byte(), try cursor.byte())
    size = try cursor.word()
    isBigEndian = bits.0 & 1 == 1
    guard (1...5).contains(head >> 4) else { return }
    switch head & 15 {
    case 0:
      kind = try Self.isPlainInteger(&cursor, size) ? .integer(isSigned: bits.0 & 8 != 0) : .other
    case 1: kind = try Self.isPlainFloat(&cursor, size, bits) ? .floatingPoint : .other
    case 3: kind = size > 0 ? .text(isSpacePadded: bits.0 & 15 == 2) : .other
    case 8:
      // Python's booleans are enumerations of Int8.
      if let base = try Self.simple(cursor.rest), case .integer = base.kind, base.size == size {
        self = base
      }
    case 9:
      let isText = bits.0 & 15 == 1 && size == 16
      if isText, try Self.simple(cursor.rest)?.isLetter == true { kind = .variableText }
    default: break
    }
  }

  /// The base type in a message; nil when that type is composed of others itself.
  private static func simple(_ message: ArraySlice<UInt8>) throws -> StoredType? {
    guard let head = message.first, [0, 3].contains(head & 15) else { return nil }
    return try StoredType(message)
  }

  /// Whether a text can consist of elements of this type.
  private var isLetter: Bool {
    switch kind {
    case .integer, .text: size == 1
    default: false
    }
  }

  private static func isPlainInteger(_ cursor: inout Cursor, _ size: Int) throws -> Bool {
    let (offset, precision) = (try cursor.short(), try cursor.short())
    return [1, 2, 4, 8].contains(size) && offset == 0 && precision == 8 * size
  }

  private static func isPlainFloat(
    _ cursor: inout Cursor, _ size: Int, _ bits: (Int, Int, Int)
  ) throws -> Bool {
    let (offset, precision) = (try cursor.short(), try cursor.short())
    let (exponent, exponentBits) = (try cursor.byte(), try cursor.byte())
    let (mantissa, mantissaBits) = (try cursor.byte(), try cursor.byte())
    let bias = try cursor.word()
    guard let expected = [2: 5, 4: 8, 8: 11][size] else { return false }
    // The byte order has two bits; the leading bit of the mantissa is implied.
    return offset == 0 && precision == 8 * size && exponentBits == expected && mantissa == 0
      && mantissaBits == 8 * size - 1 - expected && exponent == mantissaBits
      && bits.1 == 8 * size - 1 && bias == (1 << (expected - 1)) - 1
      && bits.0 & 0x40 == 0 && (bits.0 >> 4) & 3 == 2
  }

  var isNumber: Bool {
    switch kind {
    case .integer, .floatingPoint: true
    default: false
    }
  }
}
