// Writing PyTorch's zip serialisation, for `torch.load(file, weights_only=True)`: a pickle, and an entry for
// each storage at a multiple of 64 bytes. Only one tensor is in memory at a time. Nothing is written twice, so
// the output may be a pipe: as in PyTorch's own files, checksums follow each entry and are in the directory.
// Equal dictionaries give equal bytes.

extension StateDictionary {
  /// Writes every tensor as Float32, in order.
  /// - Parameters:
  ///   - remarks: texts about the tensors, for the dictionary's attribute `remarks`.
  ///   - sink: takes the file's bytes piece by piece.
  /// - Throws: `StateDictionaryError` for more than 4 GiB; what reading a tensor or `sink` throws.
  package func writeTorchZip(
    remarks: [(key: String, value: String)] = [],
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let total = try tensors.reduce(0) { try $0 + byteCount($1) }
    guard total < 0xf000_0000, tensors.count < 0xf000 else {
      throw StateDictionaryError(
        file: file, problem: "more than a zip of 4 GiB and 61,440 tensors: use safetensors")
    }
    var zip = StoredZip()
    try zip.add(
      "archive/data.pkl", PickleWriter.stateDictionary(tensors, remarks: remarks), to: sink)
    try zip.add("archive/byteorder", Array("little".utf8), to: sink)
    for (i, tensor) in tensors.enumerated() {
      try checkedFloats(tensor).withUnsafeBytes {
        try zip.add("archive/data/\(i)", bytes: $0, to: sink)
      }
    }
    try zip.add("archive/version", Array("3\n".utf8), to: sink)
    try zip.finish(sink)
  }
}

/// A writer of zip archives of stored entries, from front to back. APPNOTE 6.3, §4.3.
private struct StoredZip {
  typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  private var offset = 0
  private var directory: [UInt8] = []
  private var count: UInt16 = 0
  private static let alignment = 64
  /// The flags of entries: sizes and checksum follow the data; names are UTF-8.
  private static let flags: UInt16 = 0x0808
  /// The date of entries, 1 January 1980, so that no clock is read.
  private static let date: UInt16 = 0x0021

  mutating func add(_ name: String, _ bytes: [UInt8], to sink: Sink) throws {
    try bytes.withUnsafeBytes { try add(name, bytes: $0, to: sink) }
  }

  mutating func add(_ name: String, bytes: UnsafeRawBufferPointer, to sink: Sink) throws {
    let start = UInt32(truncatingIfNeeded: offset)
    let name = Array(name.utf8)
    let padding = Self.padding(offset + 30 + name.count)
    var header = Record()
    header.add(UInt32(0x0403_4b50), UInt16(20), Self.flags, UInt16(0), UInt16(0), Self.date)
    header.add(UInt32(0), UInt32(0), UInt32(0))
    header.add(UInt16(name.count), UInt16(padding.count))
    try emit(header.bytes + name + padding, sink)

    try sink(bytes)
    offset += bytes.count
    var crc = CRC32()
    crc.update(bytes)
    let size = UInt32(truncatingIfNeeded: bytes.count)
    var descriptor = Record()
    descriptor.add(UInt32(0x0807_4b50), crc.value, size, size)
    try emit(descriptor.bytes, sink)

    var entry = Record()
    entry.add(
      UInt32(0x0201_4b50), UInt16(20), UInt16(20), Self.flags, UInt16(0), UInt16(0), Self.date)
    entry.add(crc.value, size, size)
    entry.add(UInt16(name.count), UInt16(0), UInt16(0), UInt16(0), UInt16(0))
    entry.add(UInt32(0), start)
    directory += entry.bytes + name
    count += 1
  }

  mutating func finish(_ sink: Sink) throws {
    var end = Record()
    end.add(UInt32(0x0605_4b50), UInt16(0), UInt16(0), count, count)
    end.add(UInt32(directory.count), UInt32(truncatingIfNeeded: offset))
    end.add(UInt16(0))
    try emit(directory + end.bytes, sink)
  }

  private mutating func emit(_ bytes: [UInt8], _ sink: Sink) throws {
    try bytes.withUnsafeBytes(sink)
    offset += bytes.count
  }

  /// An extra field, with PyTorch's identifier "FB", that pads the data to the alignment.
  private static func padding(_ position: Int) -> [UInt8] {
    let length = (2 * alignment - position % alignment - 4) % alignment
    var field = Record()
    field.add(UInt16(0x4246), UInt16(length))
    return field.bytes + [UInt8](repeating: 0x5a, count: length)
  }
}

/// A record of little-endian fields, one after another.
private struct Record {
  private(set) var bytes: [UInt8] = []

  mutating func add<each Field: FixedWidthInteger>(_ fields: repeat each Field) {
    for field in repeat each fields {
      withUnsafeBytes(of: field.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }
}
