// Filters that were applied to chunks before they were stored. Specification IV.A.2.l.

import CZLib

/// The filters of a dataset, in the order in which they were applied.
struct Filters {
  struct Filter {
    let number: Int
    let parameters: [Int]
  }

  private enum Number {
    static let deflate = 1
    static let shuffle = 2
    static let fletcher32 = 3
  }

  let filters: [Filter]

  init() { filters = [] }

  init(_ message: ArraySlice<UInt8>) throws {
    var cursor = Cursor(message)
    let version = try cursor.version(1...2, of: "a list of filters")
    let count = try cursor.byte()
    if version == 1 { try cursor.skip(6) }
    filters = try (0..<count).map { _ in
      let number = try cursor.short()
      let nameSize = version == 1 || number >= 256 ? try cursor.short() : 0
      try cursor.skip(2)
      let parameters = try cursor.short()
      try cursor.skip(version == 1 ? (nameSize + 7) / 8 * 8 : nameSize)
      let values = try (0..<parameters).map { _ in try cursor.word() }
      if version == 1, parameters % 2 == 1 { try cursor.skip(min(4, cursor.rest.count)) }
      return Filter(number: number, parameters: values)
    }
  }

  /// The first filter that is not supported. A repeated filter is not: compressed twice, terabytes fit into a
  /// small file.
  var unsupported: Int? {
    var seen: Set<Int> = []
    return filters.first {
      ![Number.deflate, Number.shuffle, Number.fletcher32].contains($0.number)
        || !seen.insert($0.number).inserted
    }?.number
  }

  /// Undoes the filters of a chunk.
  ///
  /// - Parameters:
  ///   - mask: a bit for each filter that was not applied.
  ///   - size: number of bytes that the chunk must have afterwards.
  /// - Throws: `FormatError.damaged` for any other number of bytes and for a wrong checksum.
  func undo(_ stored: [UInt8], mask: UInt64, size: Int) throws -> ArraySlice<UInt8> {
    var bytes = stored[...]
    for (index, filter) in filters.enumerated().reversed() where !isLeftOut(index, mask) {
      switch filter.number {
      case Number.fletcher32: bytes = try Self.withoutSum(bytes)
      case Number.deflate:
        let sums = filters[..<index].enumerated().count(where: { index, filter in
          filter.number == Number.fletcher32 && !isLeftOut(index, mask)
        })
        bytes = try Self.inflate(bytes, size: size + 4 * sums)[...]
      case Number.shuffle: bytes = Self.unshuffle(bytes, filter.parameters.first ?? 1)[...]
      default: throw FormatError.unsupported("filter \(filter.number)")
      }
    }
    guard bytes.count == size else {
      throw FormatError.damaged("a chunk has \(bytes.count) bytes where its shape needs \(size)")
    }
    return bytes
  }

  private func isLeftOut(_ index: Int, _ mask: UInt64) -> Bool {
    index < 32 && mask >> UInt64(index) & 1 == 1
  }

  private static func inflate(_ bytes: ArraySlice<UInt8>, size: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      var written = uLongf(size)
      let status = bytes.withUnsafeBufferPointer {
        uncompress(buffer.baseAddress, &written, $0.baseAddress, uLong($0.count))
      }
      guard status == Z_OK, Int(written) == size else {
        throw FormatError.damaged("a compressed chunk does not hold the \(size) bytes of its shape")
      }
      count = size
    }
  }

  /// Reassembles the elements: the file has the first bytes of all elements, then all second bytes, and so on.
  private static func unshuffle(_ bytes: ArraySlice<UInt8>, _ elementSize: Int) -> [UInt8] {
    let count = bytes.count / max(1, elementSize)
    guard elementSize > 1, count > 1 else { return Array(bytes) }
    return bytes.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: input.count) { output, written in
        for byte in 0..<elementSize {
          for element in 0..<count {
            output[element * elementSize + byte] = input[byte * count + element]
          }
        }
        for rest in count * elementSize..<input.count { output[rest] = input[rest] }
        written = input.count
      }
    }
  }

  private static func withoutSum(_ bytes: ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
    guard bytes.count >= 4 else { throw FormatError.damaged("a chunk ends early") }
    var end = Cursor(bytes.suffix(4))
    let stored = UInt32(truncatingIfNeeded: try end.number(4))
    let sum = Checksums.fletcher32(bytes.dropLast(4))
    // Before HDF5 1.6.3 the bytes of each half were swapped.
    let swapped = (sum & 0x00ff_00ff) << 8 | (sum >> 8) & 0x00ff_00ff
    guard stored == sum || stored == swapped else {
      throw FormatError.damaged("a chunk has a wrong checksum")
    }
    return bytes.dropLast(4)
  }
}
