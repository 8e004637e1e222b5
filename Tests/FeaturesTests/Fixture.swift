// Access to reference values, which are stored beside the script that made them.

import Foundation

enum Fixture {
  struct Missing: Error { let name: String }

  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = Bundle.module.url(forResource: "Fixtures", withExtension: nil)
    guard let url = folder?.appendingPathComponent(name) else { throw Missing(name: name) }
    return Array(try Data(contentsOf: url))
  }

  /// The numbers of a file of little-endian float32.
  static func floats(_ name: String) throws -> [Float] {
    let bytes = try bytes(name)
    return stride(from: 0, to: bytes.count, by: 4).map { at in
      let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) }
      return Float(bitPattern: word)
    }
  }

  static func json<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
    try JSONDecoder().decode(type, from: Data(try bytes(name)))
  }
}

/// A reader of consecutive numbers.
struct Reader {
  private var rest: ArraySlice<Float>
  init(_ values: [Float]) { rest = values[...] }

  mutating func take(_ count: Int) -> [Float] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  var isEmpty: Bool { rest.isEmpty }
}
