// The JSON header of a safetensors file, parsed strictly and directly into its fields:
// `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {…}}`.
// No general JSON values are built, so a hostile header costs no more than its own size.

struct SafetensorsHeader {
  struct Item {
    let name: String
    let type: String
    let shape: [Int]
    /// The offset of the first byte, from the end of the header.
    let begin: Int
    let end: Int
  }

  struct Fault: Error {
    let problem: String
  }

  private let bytes: [UInt8]
  private var position = 0
  /// The texts in `__metadata__`, by key.
  private(set) var remarks: [String: String] = [:]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads the tensors in the header's order.
  mutating func items() throws -> [Item] {
    var items: [Item] = []
    var names: Set<String> = []
    try object { parser, name in
      guard names.insert(name).inserted else { throw Fault(problem: "\(printable(name)) is twice") }
      if name == "__metadata__" {
        try parser.object { parser, key in parser.remarks[key] = try parser.string() }
      } else {
        items.append(try parser.item(name))
      }
    }
    guard peek() == nil else { throw Fault(problem: "text follows it") }
    return items
  }

  private mutating func item(_ name: String) throws -> Item {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try object { parser, key in
      switch key {
      case "dtype" where type == nil: type = try parser.string()
      case "shape" where shape == nil: shape = try parser.integers()
      case "data_offsets" where offsets == nil: offsets = try parser.integers()
      default: throw Fault(problem: "key \(printable(key)) of \(printable(name))")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw Fault(problem: "\(printable(name)) lacks dtype, shape or data_offsets")
    }
    return Item(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  // MARK: JSON

  /// The next byte that is not a space.
  mutating func peek() -> UInt8? {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) {
      position += 1
    }
    return position < bytes.count ? bytes[position] : nil
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard accept(character) else {
      throw Fault(problem: "\(character) is missing at its byte \(position)")
    }
  }

  mutating func object(
    _ member: (inout SafetensorsHeader, String) throws -> Void
  ) throws {
    try expect("{")
    if accept("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while accept(",")
    try expect("}")
  }

  /// Skips a text, number, true, false or null.
  mutating func skipScalar() throws {
    if peek() == UInt8(ascii: "\"") {
      _ = try string()
      return
    }
    let word = bytes[position...].prefix {
      ["+", "-", "."].contains(Character(.init($0))) || Character(.init($0)).isLetter
        || Character(.init($0)).isNumber
    }
    guard !word.isEmpty else { throw Fault(problem: "a value at its byte \(position)") }
    position += word.count
  }

  private mutating func integers() throws -> [Int] {
    var values: [Int] = []
    try expect("[")
    if accept("]") { return values }
    repeat {
      guard values.count < 64 else { throw Fault(problem: "a list of more than 64 numbers") }
      values.append(try integer())
    } while accept(",")
    try expect("]")
    return values
  }

  /// Reads an unsigned integer that fits in `Int`.
  private mutating func integer() throws -> Int {
    _ = peek()
    let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty, digits.count == 1 || digits.first != 0x30,
      let value = Int(String(decoding: digits, as: UTF8.self))
    else { throw Fault(problem: "a number is missing or absurd at its byte \(position)") }
    position += digits.count
    return value
  }

  mutating func string() throws -> String {
    try expect("\"")
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw Fault(problem: "a text is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
      case 0..<0x20: throw Fault(problem: "a control character at its byte \(position - 1)")
      default: text.append(byte)
      }
    }
    throw Fault(problem: "a text does not end")
  }

  private mutating func escape() throws -> [UInt8] {
    guard position < bytes.count else { throw Fault(problem: "a text does not end") }
    defer { position += 1 }
    switch bytes[position] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [bytes[position]]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try unit(at: position + 1)]
      position += 4
      if UTF16.isLeadSurrogate(units[0]), bytes.dropFirst(position + 1).starts(with: [0x5c, 0x75]) {
        units.append(try unit(at: position + 3))
        position += 6
      }
      guard let string = String(validating: units, as: UTF16.self) else {
        throw Fault(problem: "half a surrogate pair")
      }
      return Array(string.utf8)
    default: throw Fault(problem: "an unknown escape at its byte \(position)")
    }
  }

  private func unit(at start: Int) throws -> UInt16 {
    let digits = bytes.dropFirst(start).prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(.init($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw Fault(problem: "an escape needs four hexadecimal digits") }
    return unit
  }
}
