// Storage layouts of datasets. Specification IV.A.2.i.

enum DataLayout {
  /// Values in the object header itself.
  case compact(ArraySlice<UInt8>)
  /// Values in one piece; the address is nil when nothing was written.
  case contiguous(address: UInt64?, size: Int?)
  /// Values in chunks of a shape; the index is nil when nothing was written.
  case chunked(shape: [Int], elementSize: Int, ChunkIndex.Kind?, leavesEdgesUnfiltered: Bool)
  /// Values in other files.
  case elsewhere

  init(_ message: ArraySlice<UInt8>) throws {
    var cursor = Cursor(message)
    let version = try cursor.version(1...5, of: "a layout")
    switch (version, try version < 3 ? -1 : cursor.byte()) {
    case (1...2, _): self = try Self.old(&cursor)
    case (_, 0): self = .compact(try cursor.bytes(try cursor.short()))
    case (_, 1): self = .contiguous(address: try cursor.address(), size: try cursor.length())
    case (3, 2):
      let rank = try cursor.byte()
      let index = try cursor.address()
      self = try Self.chunks(
        &cursor, rank: rank, width: 4, index.map { ChunkIndex.Kind.versionOneTree($0) })
    case (4...5, 2): self = try Self.newChunks(&cursor)
    case (4...5, 3): self = .elsewhere
    default: throw FormatError.damaged("a layout of an unknown class")
    }
  }

  /// Reads a layout message of version 1 or 2.
  private static func old(_ cursor: inout Cursor) throws -> DataLayout {
    let (rank, kind) = (try cursor.byte(), try cursor.byte())
    try cursor.skip(5)
    switch kind {
    case 0:
      try cursor.skip(4 * rank)
      return .compact(try cursor.bytes(try cursor.word()))
    case 1: return .contiguous(address: try cursor.address(), size: nil)
    case 2:
      let index = try cursor.address()
      return try chunks(
        &cursor, rank: rank, width: 4, index.map { ChunkIndex.Kind.versionOneTree($0) })
    default: throw FormatError.damaged("a layout of an unknown class")
    }
  }

  private static func chunks(
    _ cursor: inout Cursor, rank: Int, width: Int, _ index: ChunkIndex.Kind?,
    leavesEdgesUnfiltered: Bool = false
  ) throws -> DataLayout {
    let extents = try (0..<rank).map { _ in Int(exactly: try cursor.number(width)) ?? 0 }
    guard rank > 1, let elementSize = extents.last, extents.allSatisfy({ $0 > 0 }) else {
      throw FormatError.damaged("a chunk's shape is absurd")
    }
    return .chunked(
      shape: extents.dropLast(), elementSize: elementSize, index,
      leavesEdgesUnfiltered: leavesEdgesUnfiltered)
  }

  /// Reads chunks of version 4 or 5, which have an index for each kind of shape; version 5 stores the sizes of
  /// chunks in 8 bytes.
  private static func newChunks(_ cursor: inout Cursor) throws -> DataLayout {
    let (flags, rank, width) = (try cursor.byte(), try cursor.byte(), try cursor.byte())
    let extents = try cursor.bytes(rank * width)
    let kind = try cursor.byte()
    var single: (size: Int, mask: UInt64)?
    switch kind {
    case 1: if flags & 2 != 0 { single = (try cursor.length(), try cursor.number(4)) }
    case 2: break
    case 3: try cursor.skip(1)
    case 4: try cursor.skip(5)
    case 5: try cursor.skip(6)
    default: throw FormatError.unsupported("an index of chunks of kind \(kind)")
    }
    let address = try cursor.address()
    let index = address.map { address -> ChunkIndex.Kind in
      switch kind {
      case 1: .single(address, size: single?.size, mask: single?.mask ?? 0)
      case 2: .implicit(address)
      case 3: .fixedArray(address)
      case 4: .extensibleArray(address)
      default: .versionTwoTree(address)
      }
    }
    var shape = Cursor(extents)
    return try chunks(
      &shape, rank: rank, width: width, index, leavesEdgesUnfiltered: flags & 1 != 0)
  }
}
