// Functions on paths, and reading a source to its end.

import Foundation

/// The components of a path, separated at the bytes of `/`. Swift joins `/` and a combining mark behind it into
/// one character, which file systems do not.
func components(_ path: String) -> [String] {
  path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
}

/// The last component of a path.
func baseName(_ path: String) -> String { components(path).last ?? path }

/// Reads the next `count` bytes, fewer only at the end, of a source that may return them in pieces (0 at its end).
func readFully(
  _ count: Int, from source: (UnsafeMutableRawBufferPointer) throws -> Int
) rethrows -> [UInt8] {
  try [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
    let whole = UnsafeMutableRawBufferPointer(target)
    while initialized < count {
      let more = try source(UnsafeMutableRawBufferPointer(rebasing: whole[initialized...]))
      if more == 0 { break }
      initialized += more
    }
  }
}

extension Substring {
  /// The text without blanks at either end.
  var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
