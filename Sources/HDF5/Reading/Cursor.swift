// Reading little-endian numbers one after another.

/// A position in the bytes of a structure. Nothing beyond these bytes is read.
struct Cursor {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// Returns the next `count` bytes.
  /// - Throws: `FormatError.damaged` when fewer bytes are left.
  mutating func bytes(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else {
      throw FormatError.damaged("a structure ends early")
    }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func skip(_ count: Int) throws { _ = try bytes(count) }

  /// Reads an unsigned number of up to 8 bytes.
  mutating func number(_ width: Int) throws -> UInt64 {
    guard width <= 8 else { throw FormatError.damaged("a number of \(width) bytes") }
    return try bytes(width).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func byte() throws -> Int { Int(try number(1)) }
  mutating func short() throws -> Int { Int(try number(2)) }
  mutating func word() throws -> Int { Int(try number(4)) }

  /// Reads a length of 8 bytes.
  mutating func length() throws -> Int {
    guard let length = Int(exactly: try number(8)) else {
      throw FormatError.damaged("a length is absurd")
    }
    return length
  }

  /// Reads an address of 8 bytes; nil when it is undefined.
  mutating func address() throws -> UInt64? {
    let address = try number(8)
    return address == .max ? nil : address
  }

  /// Skips the four letters that a structure begins with.
  mutating func signature(_ letters: StaticString, at address: UInt64) throws {
    let found = try bytes(4)
    let isRight = letters.withUTF8Buffer { found.elementsEqual($0) }
    guard isRight else { throw FormatError.damaged("there is no \(letters) at address \(address)") }
  }

  /// Reads a version number of one byte.
  /// - Throws: `FormatError.unsupported` when the version is not in `known`.
  mutating func version(_ known: ClosedRange<Int>, of what: String) throws -> Int {
    let version = try byte()
    guard known.contains(version) else {
      throw FormatError.unsupported("\(what) of version \(version)")
    }
    return version
  }
}
