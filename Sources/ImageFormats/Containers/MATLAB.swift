// Numeric arrays of MATLAB 5 files, read forward, so that a gigabyte of compressed pixels passes through a
// small buffer. The library matio is not used, because it returns zeros, and no error, for a damaged file.
// Source: MathWorks, "MAT-File Format", Level 5.

/// An array of a MATLAB file: its name and shape, and its values, which are read forward.
struct MATLABArray {
  let name: String
  /// The extent of each axis; the first axis varies fastest.
  let axes: [Int]
  /// The stored type of the values, which may be narrower than their class: doubles that are small whole
  /// numbers are stored as bytes.
  let storage: Storage
  let element: MATLABElement

  enum Storage: UInt32 {
    case int8 = 1
    case uint8, int16, uint16, int32, uint32, single
    case double = 9
    case int64 = 12
    case uint64

    var bytes: Int {
      switch self {
      case .int8, .uint8: 1
      case .int16, .uint16: 2
      case .int32, .uint32, .single: 4
      case .double, .int64, .uint64: 8
      }
    }

    /// The value of little-endian bytes.
    func value(_ bytes: ArraySlice<UInt8>) -> Double {
      let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return switch self {
      case .uint8, .uint16, .uint32, .uint64: Double(bits)
      case .int8: Double(Int8(truncatingIfNeeded: bits))
      case .int16: Double(Int16(truncatingIfNeeded: bits))
      case .int32: Double(Int32(truncatingIfNeeded: bits))
      case .int64: Double(Int64(bitPattern: bits))
      case .single: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      case .double: Double(bitPattern: bits)
      }
    }
  }

  /// Reads the next `count` stored bytes.
  func read(_ count: Int) throws -> [UInt8] { try element.read(count) }

  /// Reads all values, and checks their element to its end.
  func values() throws -> [Double] {
    let bytes = try element.read(axes.reduce(1, *) * storage.bytes)
    try element.finish()
    return stride(from: 0, to: bytes.count, by: storage.bytes).map {
      storage.value(bytes[$0..<$0 + storage.bytes])
    }
  }

  /// Reads to the end of the element, so that its checksum is compared.
  func finish() throws { try element.finish() }
}

enum MATLABFile {
  private static let matrix: UInt32 = 14

  /// Calls `body` with each numeric array in turn; `body` may leave an array unread.
  static func forEachArray(_ source: SourceFile, _ body: (MATLABArray) throws -> Void) throws {
    let file = try InputFile(source)
    let path = source.path
    let header = try file.read(128)
    guard header.count == 128, header.starts(with: Array("MATLAB 5.0".utf8)) else {
      throw ImageFormatError(path, "not a MATLAB 5 file")
    }
    guard header[126...].elementsEqual(Array("IM".utf8)) else {
      throw ImageFormatError(path, "a MATLAB file of a big-endian machine, which is not read")
    }
    while file.position < file.size {
      let element = try MATLABElement(file)
      if let array = try array(element) { try body(array) }
      try file.seek(element.end)
    }
  }

  /// Reads the header of an array; nil for cells, structures, texts and complex numbers.
  private static func array(_ element: MATLABElement) throws -> MATLABArray? {
    guard element.type == matrix else { return nil }
    let flags = try element.part(limit: 8)
    let sizes = try element.part(limit: 4 * 32)
    let name = try element.part(limit: 256)
    guard flags.count == 8, sizes.count >= 8, sizes.count % 4 == 0 else {
      throw element.damaged("the header of an array is not one")
    }
    // mxDOUBLE_CLASS (6) to mxUINT64_CLASS (15); bit 3 of the second byte: complex.
    guard (6...15).contains(flags[0]), flags[1] & 8 == 0 else { return nil }
    let axes = stride(from: 0, to: sizes.count, by: 4).map {
      Int(MATLABArray.Storage.int32.value(sizes[$0..<$0 + 4]))
    }
    let (type, bytes) = try element.tag()
    guard let storage = MATLABArray.Storage(rawValue: type) else {
      throw element.damaged("values of an unknown type \(type)")
    }
    var expected = storage.bytes
    for axis in axes {
      let (product, overflow) = expected.multipliedReportingOverflow(by: axis)
      guard axis >= 0, !overflow else { throw element.damaged("its axes are \(axes)") }
      expected = product
    }
    guard expected == bytes, bytes <= element.mostBytes else {
      throw element.damaged("\(bytes) bytes cannot be an array of axes \(axes)")
    }
    return MATLABArray(
      name: String(decoding: name, as: UTF8.self), axes: axes, storage: storage, element: element)
  }
}
