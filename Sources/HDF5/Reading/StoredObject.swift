// A group or a dataset, as its header describes it.

struct StoredObject {
  enum Kind {
    case group([[UInt8]: Link])
    case dataset(DatasetDescription)
    /// A named type.
    case other
  }

  let kind: Kind
  typealias Attributes = [[UInt8]: Result<AttributeValue, StoredAttribute.AttributeError>]
  let attributes: Attributes

  /// Reads the object whose header is at an address.
  /// - Parameter limit: the largest number of names that it may hold, of members and attributes together.
  init(_ source: ByteSource, at address: UInt64, _ heap: GlobalHeap, limit: Int) throws {
    let header = try ObjectHeader(source, at: address)
    let types = Set(header.messages.map(\.type))
    if types.isSuperset(of: [1, 3]) {
      kind = .dataset(try DatasetDescription(header, source))
    } else if types.contains(0x11) || types.contains(2) {
      kind = .group(try Members(header, source, limit: limit).links)
    } else {
      kind = .other
    }
    attributes = try Self.attributes(header, source, heap, limit: limit)
  }

  /// Number of names in the object, of members and attributes.
  var count: Int {
    if case .group(let links) = kind { links.count + attributes.count } else { attributes.count }
  }

  private static func attributes(
    _ header: ObjectHeader, _ source: ByteSource, _ heap: GlobalHeap, limit: Int
  ) throws -> Attributes {
    var attributes: Attributes = [:]
    func add(_ message: ArraySlice<UInt8>) throws {
      let attribute = try StoredAttribute(message, source, heap)
      guard attributes.updateValue(attribute.value, forKey: attribute.name) == nil else {
        throw FormatError.damaged("an object has an attribute twice")
      }
      guard attributes.count <= limit else { throw FormatError.damaged(Catalogue.tooMany) }
    }
    for message in header.messages where message.type == 0xC {
      try add(message.isShared ? ObjectHeader.shared(0xC, message.body, source) : message.body)
    }
    guard let info = try header.body(0x15, source) else { return attributes }
    var cursor = Cursor(info)
    _ = try cursor.version(0...0, of: "an object's information")
    let flags = try cursor.byte()
    if flags & 1 != 0 { try cursor.skip(2) }
    guard let place = try cursor.address(), let tree = try cursor.address() else {
      return attributes
    }
    let objects = try FractalHeap(source, at: place)
    for record in try VersionTwoTree(source, at: tree, type: 8).records {
      var cursor = Cursor(record)
      let id = try cursor.bytes(8)
      guard try cursor.byte() & 2 == 0 else {
        throw FormatError.unsupported("an attribute in a heap of shared messages")
      }
      try add(try objects.object(id))
    }
    return attributes
  }
}

/// The description of a dataset in its header. It is checked when the dataset is requested.
struct DatasetDescription {
  let type: StoredType
  let shape: StoredShape
  let layout: DataLayout
  let filters: Filters
  /// The fill value: the bytes of an element that was not written; nil for zeros.
  let fill: ArraySlice<UInt8>?
  /// The stored chunks.
  let chunks: [StoredChunk]

  init(_ header: ObjectHeader, _ source: ByteSource) throws {
    guard let shape = try header.body(1, source), let type = try header.body(3, source) else {
      throw FormatError.damaged("a dataset without a shape or a type")
    }
    self.shape = try StoredShape(shape)
    self.type = try StoredType(type)
    // Message 7 lists other files that hold the values.
    let isElsewhere = header.messages.contains { $0.type == 7 }
    let layout = try header.body(8, source)
    guard isElsewhere || layout != nil else {
      throw FormatError.damaged("a dataset without a layout")
    }
    self.layout = try isElsewhere ? .elsewhere : layout.map { try DataLayout($0) } ?? .elsewhere
    filters = try header.body(0xB, source).map { try Filters($0) } ?? Filters()
    fill = try Self.fill(header, source)
    chunks = try Self.chunks(self.layout, self.shape, filters, source)
  }

  private static func chunks(
    _ layout: DataLayout, _ shape: StoredShape, _ filters: Filters, _ source: ByteSource
  ) throws -> [StoredChunk] {
    guard case .chunked(let chunk, let elementSize, let index?, _) = layout,
      let extents = shape.extents
    else { return [] }
    guard extents.count == chunk.count, DataSpace.count(extents) != nil,
      let chunkBytes = DataSpace.count(chunk + [elementSize])
    else { throw FormatError.damaged("chunks of another shape than their dataset's") }
    return try ChunkIndex(
      source, index, shape: extents, limits: shape.limits, chunk: chunk, chunkBytes: chunkBytes,
      isFiltered: !filters.filters.isEmpty
    ).chunks
  }

  private static func fill(_ header: ObjectHeader, _ source: ByteSource) throws -> ArraySlice<
    UInt8
  >? {
    guard let message = try header.body(5, source) else {
      // The oldest form of a fill value.
      return try header.body(4, source).flatMap { body in
        var cursor = Cursor(body)
        return try value(&cursor)
      }
    }
    var cursor = Cursor(message)
    let version = try cursor.version(1...3, of: "a fill value")
    guard version < 3 else { return try cursor.byte() & 0x20 != 0 ? try value(&cursor) : nil }
    try cursor.skip(2)
    return try cursor.byte() != 0 ? try value(&cursor) : nil
  }

  private static func value(_ cursor: inout Cursor) throws -> ArraySlice<UInt8>? {
    // A negative size means that there is no fill value.
    let size = Int32(truncatingIfNeeded: try cursor.word())
    return size > 0 ? try cursor.bytes(Int(size)) : nil
  }
}
