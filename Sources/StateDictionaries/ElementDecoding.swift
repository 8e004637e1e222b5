/// Stored elements to Float32: little-endian bytes in, numbers out.

extension ElementType {
  /// Decodes `output.count` elements from `input`, element i at byte (offset + i·stride)·size.
  /// The caller has checked that the last of them is inside `input`.
  func decode(
    _ input: UnsafeRawBufferPointer, offset: Int, stride: Int,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    func each<T: FixedWidthInteger>(_: T.Type, _ convert: (T) -> Float) {
      var byte = offset * MemoryLayout<T>.size
      let step = stride &* MemoryLayout<T>.size  // any number where there is one element
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

extension Float {
  /// IEEE 754 binary16, exactly. By hand, since `Float16` does not exist on Intel Macs: the
  /// exponent is moved into place and rebased by a product, which serves subnormal numbers too.
  init(binary16 bits: UInt16) {
    let magnitude = Float(bitPattern: UInt32(bits & 0x7fff) << 13) * 0x1p112
    // Exponent 31 (infinity, NaN) arrives as 2^16 and up.
    let isFinite = bits & 0x7c00 != 0x7c00
    let value =
      isFinite ? magnitude.bitPattern : 0x7f80_0000 | UInt32(bits & 0x03ff) << 13
    self = Float(bitPattern: value | UInt32(bits & 0x8000) << 16)
  }
}
