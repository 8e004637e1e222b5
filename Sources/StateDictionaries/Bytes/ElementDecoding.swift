// Decoding of stored little-endian elements to Float32.

import HDF5

extension ElementType {
  /// Decodes `output.count` elements from `input`, element i at byte (offset + i·stride)·size.
  /// The caller has checked that the last of them is inside `input`.
  func decode(
    _ input: UnsafeRawBufferPointer, offset: Int, stride: Int,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    func each<T: FixedWidthInteger>(_: T.Type, _ convert: (T) -> Float) {
      var byte = offset * MemoryLayout<T>.size
      let step = stride &* MemoryLayout<T>.size  // may overflow if there is only one element
      for i in 0..<output.count {
        output[i] = convert(
          T(littleEndian: input.loadUnaligned(fromByteOffset: byte, as: T.self)))
        byte &+= step
      }
    }
    switch self {
    case .float32: each(UInt32.self) { Float(bitPattern: $0) }
    case .float64: each(UInt64.self) { Float(Double(bitPattern: $0)) }
    case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float16: each(UInt16.self, Float.init(binary16:))
    case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .uint8: each(UInt8.self) { Float($0) }
    case .int8: each(Int8.self) { Float($0) }
    case .int16: each(Int16.self) { Float($0) }
    case .int32: each(Int32.self) { Float($0) }
    case .int64: each(Int64.self) { Float($0) }
    }
  }
}
