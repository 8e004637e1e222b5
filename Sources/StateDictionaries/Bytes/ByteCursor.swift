// Reading forward through a range of a file, a window at a time. Pickles do not state their length, and the
// older serialisations have storages of any size behind them.

struct ByteCursor {
  let source: ByteSource
  private(set) var position: Int
  /// The position behind the last byte that may be read.
  let end: Int
  private var window: [UInt8] = []
  private var windowStart = 0

  init(_ source: ByteSource, offset: Int = 0, length: Int? = nil) throws {
    let length = length ?? source.count - offset
    guard source.contains(offset: offset, length: length) else {
      throw source.error("ends early: \(length) bytes at \(offset) are needed of \(source.count)")
    }
    self.source = source
    position = offset
    end = offset + length
  }

  var remaining: Int { end - position }

  mutating func byte() throws -> UInt8 {
    if position < windowStart || position >= windowStart + window.count {
      guard remaining > 0 else { throw source.error("ends early, at byte \(position)") }
      windowStart = position
      window = try source.bytes(at: position, count: min(remaining, 1 << 14))
    }
    defer { position += 1 }
    return window[position - windowStart]
  }

  mutating func bytes(_ count: Int) throws -> [UInt8] {
    guard count >= 0, count <= remaining else {
      throw source.error(
        "ends early: \(count) bytes at \(position) are wanted, \(remaining) follow")
    }
    defer { position += count }
    return try source.bytes(at: position, count: count)
  }

  mutating func skip(_ count: Int) throws {
    guard count >= 0, count <= remaining else {
      throw source.error(
        "ends early: \(count) bytes at \(position) are wanted, \(remaining) follow")
    }
    position += count
  }

  /// Reads a little-endian integer of any width.
  mutating func integer<T: FixedWidthInteger>(_: T.Type) throws -> T {
    var bits: T.Magnitude = 0
    for shift in stride(from: 0, to: T.bitWidth, by: 8) {
      bits |= T.Magnitude(truncatingIfNeeded: try byte()) << T.Magnitude(shift)
    }
    return T(truncatingIfNeeded: bits)
  }

  /// Reads a size: a little-endian integer that fits in `Int` and is not negative.
  mutating func size<T: FixedWidthInteger>(_ type: T.Type) throws -> Int {
    let value = try integer(type)
    guard value >= 0, let size = Int(exactly: value) else {
      throw source.error("a size at byte \(position - T.bitWidth / 8) is absurd: \(value)")
    }
    return size
  }

  /// Reads text of at most `limit` bytes up to a newline, and the newline.
  mutating func line(limit: Int) throws -> String {
    var bytes: [UInt8] = []
    while true {
      let next = try byte()
      if next == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      guard bytes.count < limit else { throw source.error("a name is longer than \(limit) bytes") }
      bytes.append(next)
    }
  }
}
