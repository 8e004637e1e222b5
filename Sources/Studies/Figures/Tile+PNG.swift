// Tiles as PNG files that are stored, not compressed, which is enough for a page of small pictures.

import CZLib

extension Tile {
  /// The tile as a PNG file; missing pixels are black.
  var png: [UInt8] {
    var lines: [UInt8] = []
    for row in 0..<side {
      // Each line begins with its filter, which is none.
      lines.append(0)
      let first = row * side * 3
      lines += (first..<first + side * 3).map { pixels.indices.contains($0) ? pixels[$0] : 0 }
    }
    // Eight bits for red, green and blue each, not interlaced.
    let header = big(side) + big(side) + [8, 2, 0, 0, 0]
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", header)
    file += chunk("IDAT", stored(lines))
    return file + chunk("IEND", [])
  }

  private func big(_ value: Int) -> [UInt8] {
    (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let checked = Array(name.utf8) + content
    return big(content.count) + checked + big(Int(cyclicCheck(checked)))
  }

  /// A zlib stream (RFC 1950) of stored blocks.
  private func stored(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: bytes.count, by: 0xFFFF) {
      let end = min(start + 0xFFFF, bytes.count)
      let count = UInt16(end - start)
      stream.append(end == bytes.count ? 1 : 0)
      for word in [count, ~count] { stream += [UInt8(word & 255), UInt8(word >> 8)] }
      stream += bytes[start..<end]
    }
    return stream + big(Int(adler32_z(1, bytes, bytes.count)))
  }
}

/// The CRC-32 of PNG chunks and zip archives.
func cyclicCheck(_ bytes: [UInt8]) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32_z(0, bytes, bytes.count))
}
