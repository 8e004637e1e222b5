/// The CRC-32 of zip archives (ISO 3309), sixteen bytes a step by tables.

struct CRC32 {
  private(set) var value: UInt32 = 0

  /// Table t maps a byte to its contribution when t further bytes follow it in the step.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 16 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
      tables[byte] = crc
    }
    for i in 256..<tables.count {
      let shorter = tables[i - 256]
      tables[i] = shorter >> 8 ^ tables[Int(shorter & 0xff)]
    }
    return tables
  }()

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var crc = ~value
    var position = 0
    Self.tables.withUnsafeBufferPointer { tables in
      while bytes.count - position >= 16 {
        var next: UInt32 = 0
        for word in 0..<4 {
          var bits = UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: position + 4 * word, as: UInt32.self))
          if word == 0 { bits ^= crc }
          let table = (15 - 4 * word) * 256
          next ^= tables[table + Int(bits & 0xff)]
          next ^= tables[table - 256 + Int(bits >> 8 & 0xff)]
          next ^= tables[table - 512 + Int(bits >> 16 & 0xff)]
          next ^= tables[table - 768 + Int(bits >> 24)]
        }
        crc = next
        position += 16
      }
      while position < bytes.count {
        crc = crc >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[position])]
        position += 1
      }
    }
    value = ~crc
  }
}
