// The safetensors format: 8 bytes with the length of a JSON header, the header, and the bytes of the tensors.
// As in its library, a check requires that offsets leave no hole, do not overlap and cover the file.

enum Safetensors {
  /// The largest header in bytes, as in the format's library.
  private static let headerLimit = 100_000_000

  /// Reads a file's header.
  /// - Returns: the tensors in the header's order, and the header's remarks.
  static func contents(
    _ source: ByteSource
  ) throws -> (tensors: [StoredTensor], remarks: [String: String]) {
    var cursor = try ByteCursor(source)
    let headerSize = try cursor.size(UInt64.self)
    guard headerSize <= min(headerLimit, cursor.remaining) else {
      throw source.error("its safetensors header of \(headerSize) bytes is longer than the file")
    }
    let header: [SafetensorsHeader.Item]
    let remarks: [String: String]
    do {
      var parser = SafetensorsHeader(bytes: try cursor.bytes(headerSize))
      header = try parser.items()
      remarks = parser.remarks
    } catch let fault as SafetensorsHeader.Fault {
      throw source.error("its safetensors header is malformed: \(fault.problem)")
    }

    let start = cursor.position
    var end = 0
    for item in header.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard item.begin == end, item.end >= item.begin else {
        throw source.error("\(printable(item.name)) overlaps another tensor, or leaves a hole")
      }
      end = item.end
    }
    guard end == cursor.remaining else {
      throw source.error("its tensors take \(end) bytes, and the file holds \(cursor.remaining)")
    }
    return (try header.map { try tensor($0, source, start: start) }, remarks)
  }

  private static func tensor(
    _ item: SafetensorsHeader.Item, _ source: ByteSource, start: Int
  ) throws -> StoredTensor {
    guard let type = ElementType(safetensors: item.type) else {
      throw source.error(
        "\(printable(item.name)) is of type \(printable(item.type)), which is not read here")
    }
    let (size, overflow) = (elementCount(item.shape) ?? -1)
      .multipliedReportingOverflow(by: type.size)
    guard !overflow, size == item.end - item.begin else {
      throw source.error("\(printable(item.name)) has a shape that its bytes do not fill")
    }
    let count = size / type.size
    let first = start + item.begin
    let bytes = StorageBytes(source, location: first..<(first + size))
    let view = try StridedView(
      TypedStorage(bytes: bytes, type: type, offset: 0, count: count), offset: 0,
      shape: item.shape, strides: contiguousStrides(item.shape))
    return StoredTensor(item.name, view)
  }

  private static func contiguousStrides(_ shape: [Int]) -> [Int] {
    var stride = 1
    return shape.reversed().map { length in
      defer { stride *= length }
      return stride
    }.reversed()
  }
}
