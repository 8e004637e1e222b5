// Writing safetensors: first the header, from names and shapes, then the tensors one after another, so that
// only one is in memory. Equal dictionaries give equal bytes.

extension StateDictionary {
  /// Writes every tensor as Float32, in order.
  /// - Parameters:
  ///   - metadata: remarks for the header, with distinct keys.
  ///   - sink: takes the file's bytes piece by piece.
  /// - Throws: what reading a tensor or `sink` throws.
  package func writeSafetensors(
    metadata: [(key: String, value: String)] = [],
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let remarks = ([("format", "pt")] + metadata).map { "\(Self.quoted($0)):\(Self.quoted($1))" }
    var entries = ["\"__metadata__\":{\(remarks.joined(separator: ","))}"]
    var offset = 0
    for tensor in tensors {
      let end = try offset + byteCount(tensor)
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(Self.quoted(tensor.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    // Spaces bring the data to a multiple of 8 bytes, as the format advises.
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    try withUnsafeBytes(of: UInt64(header.count).littleEndian, sink)
    try header.withUnsafeBytes(sink)
    for tensor in tensors { try checkedFloats(tensor).withUnsafeBytes(sink) }
  }

  /// The number of bytes of a tensor as Float32.
  func byteCount(_ tensor: StoredTensor) throws -> Int {
    let (size, overflow) = (elementCount(tensor.shape) ?? -1).multipliedReportingOverflow(by: 4)
    guard size >= 0, !overflow else { throw misshapen(tensor) }
    return size
  }

  /// The values of a tensor, after a check of their number against the shape.
  func checkedFloats(_ tensor: StoredTensor) throws -> [Float] {
    let values = try tensor.floats()
    guard values.count == elementCount(tensor.shape) else { throw misshapen(tensor) }
    return values
  }

  private func misshapen(_ tensor: StoredTensor) -> StateDictionaryError {
    StateDictionaryError(
      file: file, problem: "\(printable(tensor.name)) does not have the shape \(tensor.shape)")
  }

  private static func quoted(_ name: String) -> String {
    let escaped = name.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\0"..<" ":
        "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
