// Attributes, stored as messages of an object header or as objects of a heap. Specification IV.A.2.m.

/// An attribute of a file, decoded if it is text or numbers.
struct StoredAttribute {
  /// The bytes of the attribute's name.
  let name: [UInt8]
  /// The value, or the reason why it cannot be read.
  let value: Result<AttributeValue, AttributeError>

  struct AttributeError: Error { let reason: String }

  /// - Throws: `FormatError.damaged`. An intact value that is neither text nor numbers is a failure of `value`.
  init(_ message: ArraySlice<UInt8>, _ source: ByteSource, _ heap: GlobalHeap) throws {
    var cursor = Cursor(message)
    let version = try cursor.version(1...3, of: "an attribute")
    let flags = version == 1 ? 0 : try cursor.byte()
    if version == 1 { try cursor.skip(1) }
    let sizes = (name: try cursor.short(), type: try cursor.short(), shape: try cursor.short())
    if version == 3 { try cursor.skip(1) }
    /// The next part; the older form pads every part to a multiple of 8 bytes.
    func part(_ size: Int) throws -> ArraySlice<UInt8> {
      let bytes = try cursor.bytes(size)
      if version == 1 { try cursor.skip((8 - size % 8) % 8) }
      return bytes
    }
    let letters = try part(sizes.name)
    guard let end = letters.firstIndex(of: 0), end > letters.startIndex else {
      throw FormatError.damaged("an attribute's name does not end")
    }
    name = Array(letters[..<end])
    let (type, shape) = (try part(sizes.type), try part(sizes.shape))
    guard flags & 2 == 0 else {
      throw FormatError.unsupported("an attribute with a shared shape")
    }
    do {
      let type = try StoredType(flags & 1 == 0 ? type : ObjectHeader.shared(3, type, source))
      value = .success(try AttributeValue(type, try StoredShape(shape), cursor.rest, heap))
    } catch let error as AttributeError {
      value = .failure(error)
    } catch FormatError.unsupported(let what) {
      value = .failure(AttributeError(reason: "cannot be read: \(what), which is not supported"))
    }
  }
}

extension AttributeValue {
  /// Decodes the bytes of an attribute.
  fileprivate init(
    _ type: StoredType, _ shape: StoredShape, _ bytes: ArraySlice<UInt8>, _ heap: GlobalHeap
  ) throws {
    typealias Failure = StoredAttribute.AttributeError
    guard type.kind != .other else { throw Failure(reason: "is neither text nor numbers") }
    guard let extents = shape.extents, let count = DataSpace.count(extents) else {
      throw Failure(reason: "is empty or has an absurd shape")
    }
    let (needed, isTooLarge) = count.multipliedReportingOverflow(by: type.size)
    guard !isTooLarge, needed <= bytes.count else {
      throw FormatError.damaged("an attribute has another size than it claims")
    }
    let isSingle = extents.isEmpty
    let elements = stride(from: 0, to: needed, by: type.size).map {
      bytes.dropFirst($0).prefix(type.size)
    }
    switch type.kind {
    case .integer(let isSigned):
      let values = try elements.map { element in
        let bits = Self.bits(element, type)
        let unused = 64 - 8 * type.size
        guard isSigned || bits <= UInt64(Int.max) else {
          throw Failure(reason: "holds too large an integer")
        }
        return isSigned ? Int(truncatingIfNeeded: bits << UInt64(unused)) >> unused : Int(bits)
      }
      self = isSingle ? .integer(values.first ?? 0) : .integers(values)
    case .floatingPoint:
      let values = elements.map { Self.number(Self.bits($0, type), size: type.size) }
      self = isSingle ? .double(values.first ?? 0) : .doubles(values)
    case .text(let isSpacePadded):
      let texts = elements.map { Self.text($0, isSpacePadded: isSpacePadded) }
      self = isSingle ? .string(texts.first ?? "") : .strings(texts)
    case .variableText, .other:
      let texts = try elements.map { try heap.text($0) }
      self = isSingle ? .string(texts.first ?? "") : .strings(texts)
    }
  }

  private static func bits(_ element: ArraySlice<UInt8>, _ type: StoredType) -> UInt64 {
    (type.isBigEndian ? Array(element) : element.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func number(_ bits: UInt64, size: Int) -> Double {
    switch size {
    case 2: Double(Float(binary16: UInt16(truncatingIfNeeded: bits)))
    case 4: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    default: Double(bitPattern: bits)
    }
  }

  /// The text in a field of fixed length, without its padding.
  static func text(_ bytes: ArraySlice<UInt8>, isSpacePadded: Bool) -> String {
    var text = bytes.prefix { $0 != 0 }
    while isSpacePadded, text.last == UInt8(ascii: " ") { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }
}
