/// Paths, and reading to the end.

import Foundation

/// The folders of a path and what they lead to. A combining mark after `/` is one character with it for
/// Swift, but not for file systems: the bytes decide.
func components(_ path: String) -> [String] {
  path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
}

/// The last component.
func baseName(_ path: String) -> String { components(path).last ?? path }

/// The next `count` bytes of a source that may give them piecemeal (0 at its end): fewer only at the end.
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
  /// Without blanks at either end.
  var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
