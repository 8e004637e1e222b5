// Conversion of stored numbers to numbers in memory; exact where integers are requested.

/// The reason why a number cannot be converted.
enum ConversionError: Error {
  case outOfRange
  case floatingPoint
}

extension StoredType {
  /// Whether a stored element has the same bytes as a number of that type in memory.
  func isSame(as wanted: NumberType) -> Bool {
    guard !isBigEndian || size == 1 else { return false }
    return switch (wanted, kind, size) {
    case (.float32, .floatingPoint, 4), (.float64, .floatingPoint, 8): true
    case (.uint8, .integer(isSigned: false), 1), (.uint16, .integer(isSigned: false), 2): true
    case (.int32, .integer(isSigned: true), 4), (.int64, .integer(isSigned: true), 8): true
    case (.uint64, .integer(isSigned: false), 8): true
    default: false
    }
  }

  /// Converts all elements of `bytes`. Floating-point numbers are rounded to nearest.
  /// - Throws: `ConversionError` when integers are requested and the stored numbers are not integers in range.
  func convert<Element: Scalar>(
    _ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Element>
  ) throws {
    let target = UnsafeMutableRawBufferPointer(target)
    switch Element.numberType {
    case .float32: numbers(bytes, target.bindMemory(to: Float.self))
    case .float64: numbers(bytes, target.bindMemory(to: Double.self))
    case .uint8: try integers(bytes, target.bindMemory(to: UInt8.self))
    case .uint16: try integers(bytes, target.bindMemory(to: UInt16.self))
    case .int32: try integers(bytes, target.bindMemory(to: Int32.self))
    case .int64: try integers(bytes, target.bindMemory(to: Int64.self))
    case .uint64: try integers(bytes, target.bindMemory(to: UInt64.self))
    }
  }

  /// The stored words in the machine's byte order.
  private func words<Word: FixedWidthInteger, Number>(
    _ bytes: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Number>, _: Word.Type,
    _ convert: (Word) throws -> Number
  ) rethrows {
    for index in 0..<min(target.count, bytes.count / MemoryLayout<Word>.size) {
      let word = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
      target[index] = try convert(isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
    }
  }

  private func integers<Number: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Number>
  ) throws {
    func exactly<Word: FixedWidthInteger>(_ word: Word) throws -> Number {
      guard let number = Number(exactly: word) else { throw ConversionError.outOfRange }
      return number
    }
    switch (kind, size) {
    case (.integer(isSigned: true), 1): try words(bytes, target, Int8.self, exactly)
    case (.integer(isSigned: true), 2): try words(bytes, target, Int16.self, exactly)
    case (.integer(isSigned: true), 4): try words(bytes, target, Int32.self, exactly)
    case (.integer(isSigned: true), _): try words(bytes, target, Int64.self, exactly)
    case (.integer(isSigned: false), 1): try words(bytes, target, UInt8.self, exactly)
    case (.integer(isSigned: false), 2): try words(bytes, target, UInt16.self, exactly)
    case (.integer(isSigned: false), 4): try words(bytes, target, UInt32.self, exactly)
    case (.integer(isSigned: false), _): try words(bytes, target, UInt64.self, exactly)
    default: throw ConversionError.floatingPoint
    }
  }

  private func numbers<Number: BinaryFloatingPoint>(
    _ bytes: UnsafeRawBufferPointer, _ target: UnsafeMutableBufferPointer<Number>
  ) {
    switch (kind, size) {
    case (.floatingPoint, 2): words(bytes, target, UInt16.self) { Number(Float(binary16: $0)) }
    case (.floatingPoint, 4): words(bytes, target, UInt32.self) { Number(Float(bitPattern: $0)) }
    case (.floatingPoint, _): words(bytes, target, UInt64.self) { Number(Double(bitPattern: $0)) }
    case (.integer(isSigned: true), 1): words(bytes, target, Int8.self) { Number($0) }
    case (.integer(isSigned: true), 2): words(bytes, target, Int16.self) { Number($0) }
    case (.integer(isSigned: true), 4): words(bytes, target, Int32.self) { Number($0) }
    case (.integer(isSigned: true), _): words(bytes, target, Int64.self) { Number($0) }
    case (_, 1): words(bytes, target, UInt8.self) { Number($0) }
    case (_, 2): words(bytes, target, UInt16.self) { Number($0) }
    case (_, 4): words(bytes, target, UInt32.self) { Number($0) }
    default: words(bytes, target, UInt64.self) { Number($0) }
    }
  }
}
