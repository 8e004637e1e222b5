// A dataset to read, after every claim of the file was checked.

struct StoredDataset {
  private let catalogue: Catalogue
  private let description: DatasetDescription
  /// The extent of each axis; empty for a single number.
  let shape: [Int]
  /// Number of elements.
  let count: Int
  var type: StoredType { description.type }

  /// Finds `name` in `group`, and refuses a dataset that leads out of the file, needs a plugin, is not numeric, or
  /// claims more elements than the file can hold.
  ///
  /// - Parameter takesTexts: whether the dataset may hold texts of one length instead.
  init(_ name: String, in group: Group, takesTexts: Bool = false) throws {
    catalogue = try group.file.catalogue()
    let found = catalogue.object(at: try group.checkedPath(of: name))
    guard let found else { throw group.invalid(name, "there is no such dataset") }
    guard case .dataset(let description) = found.object.kind else {
      throw group.invalid(name, "is not a dataset that can be read")
    }
    if case .elsewhere = description.layout {
      throw group.invalid(name, "its values are in another file, which is refused")
    }
    if let filter = description.filters.unsupported {
      throw group.invalid(
        name, "its compression (filter \(filter)) is not supported; store it with gzip or none")
    }
    switch description.type.kind {
    case .integer, .floatingPoint: break
    case .text where takesTexts: break
    case .text, .variableText: throw group.invalid(name, "holds text where numbers are wanted")
    case .other:
      throw group.invalid(name, "holds neither integers nor IEEE floating-point numbers")
    }
    guard let shape = description.shape.extents else {
      throw group.invalid(name, "has no shape that can be read")
    }
    guard let count = DataSpace.count(shape) else {
      throw group.invalid(name, "its shape \(shape) is absurd")
    }
    self.description = description
    self.shape = shape
    self.count = count
    guard try isPlausible() else {
      throw group.invalid(
        name, "claims more data than the file of \(catalogue.source.size) bytes can hold")
    }
  }

  /// Whether the file can hold the claimed size; checked before anything is allocated.
  private func isPlausible() throws -> Bool {
    let fileSize = catalogue.source.size
    let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: type.size)
    guard !isTooLarge, bytes <= 1 << 40 else { return false }
    switch description.layout {
    case .chunked(let chunk, let elementSize, _, _):
      // Deflate expands at most 1032-fold. A chunk is allocated whole, however small the dataset.
      guard let chunkCount = DataSpace.count(chunk), chunk.count == shape.count,
        elementSize == type.size
      else { return false }
      let (chunkBytes, isTooLarge) = chunkCount.multipliedReportingOverflow(by: elementSize)
      return !isTooLarge && max(bytes, chunkBytes) / 1024 <= fileSize
    case .compact(let stored): return stored.count == bytes
    case .contiguous(let address, let size):
      guard bytes <= fileSize else { return false }
      guard let address, bytes > 0 else { return true }
      return size ?? bytes >= bytes
        && (try? catalogue.source.place(of: address, count: bytes)) != nil
    case .elsewhere: return false
    }
  }

  /// Reads elements as they are stored. Elements of a chunked dataset are whole rows of the first axis.
  func read(_ elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    let source = catalogue.source
    let start = elements.lowerBound * type.size
    switch description.layout {
    case .compact(let stored):
      buffer.copyBytes(from: stored.dropFirst(start).prefix(buffer.count))
    case .contiguous(let address?, _):
      let place = try source.place(of: address, count: count * type.size)
      try source.read(at: place + start, into: buffer)
    case .contiguous(nil, _): fill(buffer)
    case .chunked(let chunk, _, _, let leavesEdges):
      fill(buffer)
      let chunkBytes = chunk.reduce(type.size, *)
      let copy = ChunkCopy(shape: shape, chunk: chunk, elementSize: type.size, elements: elements)
      for stored in description.chunks where copy.isWanted(stored.origin) {
        var bytes = [UInt8](repeating: 0, count: stored.size)
        try bytes.withUnsafeMutableBytes { try source.read(at: stored.place, into: $0) }
        let isPlain = leavesEdges && copy.isAtEdge(stored.origin)
        let values = try (isPlain ? Filters() : description.filters)
          .undo(bytes, mask: stored.mask, size: chunkBytes)
        copy.copy(values, of: stored.origin, into: buffer)
      }
    case .elsewhere: throw FormatError.unsupported("values in another file")
    }
  }

  var isChunked: Bool { if case .chunked = description.layout { true } else { false } }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) {
    guard let value = description.fill, value.count == type.size else {
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      return
    }
    // The beginning is copied behind itself, and its length doubles each time.
    buffer.copyBytes(from: value.prefix(buffer.count))
    var done = min(value.count, buffer.count)
    while done < buffer.count {
      let next = min(done, buffer.count - done)
      UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + next])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<next]))
      done += next
    }
  }
}
