// Correct checksums for a damaged PNG, so that the decoder reads the contents of a chunk and not only its checksum.

/// The file with the correct CRC in every chunk.
func withPNGChecksums(_ bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes
  var start = 8
  while start + 12 <= bytes.count {
    let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    let end = start + 8 + length
    guard end + 4 <= bytes.count else { break }
    let checksum = crc32(bytes[start + 4..<end])
    for i in 0..<4 { bytes[end + i] = UInt8(truncatingIfNeeded: checksum >> UInt32(24 - 8 * i)) }
    start = end + 4
  }
  return bytes
}

private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  ~bytes.reduce(~0) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
      crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
    }
  }
}
