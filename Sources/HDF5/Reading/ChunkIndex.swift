// Positions of a dataset's chunks in the file. Specification III.A, VII.

/// A stored chunk: its place in the dataset and in the file.
struct StoredChunk {
  /// The index of the chunk's first element on each axis.
  let origin: [Int]
  /// Position in the file and number of bytes there.
  let place: Int
  let size: Int
  /// Bit mask with a bit set for each filter that was not applied.
  let mask: UInt64
}

struct ChunkIndex {
  enum Kind {
    case single(UInt64, size: Int?, mask: UInt64)
    case implicit(UInt64)
    case fixedArray(UInt64)
    case extensibleArray(UInt64)
    case versionOneTree(UInt64)
    case versionTwoTree(UInt64)
  }

  private(set) var chunks: [StoredChunk] = []
  private let source: ByteSource
  private let shape: [Int]
  private let chunk: [Int]
  private let chunkBytes: Int

  /// Lists the chunks of a dataset.
  ///
  /// - Parameters:
  ///   - limits: the extents up to which the dataset may grow.
  ///   - isFiltered: whether the sizes of chunks are stored.
  init(
    _ source: ByteSource, _ kind: Kind, shape: [Int], limits: [Int?], chunk: [Int], chunkBytes: Int,
    isFiltered: Bool
  ) throws {
    self.source = source
    self.shape = shape
    self.chunk = chunk
    self.chunkBytes = chunkBytes
    let grid = ChunkGrid(limits: limits, chunk: chunk)
    switch kind {
    case .single(let address, let size, let mask):
      try add(Array(repeating: 0, count: shape.count), address, size: size, mask: mask)
    case .implicit(let address):
      guard let count = grid.count, count <= source.size / chunkBytes else {
        throw FormatError.damaged("its chunks are beyond its end")
      }
      _ = try source.place(of: address, count: count * chunkBytes)
      for index in 0..<count {
        try add(grid.origin(index), address + UInt64(index * chunkBytes), size: nil, mask: 0)
      }
    case .versionOneTree(let address): try addTree(address, isFiltered: isFiltered)
    case .versionTwoTree(let address):
      let records = try VersionTwoTree(source, at: address, type: isFiltered ? 11 : 10).records
      for record in records {
        var cursor = Cursor(record)
        let width = record.count - 8 * shape.count
        let entry = try Self.entry(&cursor, width: width, isFiltered: isFiltered)
        let origin = try chunk.map { extent in
          let (start, isTooLarge) = try cursor.length().multipliedReportingOverflow(by: extent)
          guard !isTooLarge else { throw FormatError.damaged("a chunk's place is absurd") }
          return start
        }
        if let entry { try add(origin, entry.address, size: entry.size, mask: entry.mask) }
      }
    case .fixedArray(let address):
      try ChunkArrays.fixed(source, at: address, isFiltered: isFiltered) { index, element in
        try add(index, element, in: grid, isFiltered: isFiltered)
      }
    case .extensibleArray(let address):
      try ChunkArrays.extensible(source, at: address, isFiltered: isFiltered) { index, element in
        try add(index, element, in: grid, isFiltered: isFiltered)
      }
    }
    // Without overlaps all chunks together are no larger than the file.
    let places = chunks.map { $0.place..<$0.place + $0.size }.sorted {
      $0.lowerBound < $1.lowerBound
    }
    guard zip(places, places.dropFirst()).allSatisfy({ $0.upperBound <= $1.lowerBound }) else {
      throw FormatError.damaged("its chunks overlap")
    }
  }

  private mutating func addTree(_ address: UInt64, isFiltered: Bool) throws {
    let keySize = 8 + 8 * (shape.count + 1)
    var found: [(key: ArraySlice<UInt8>, address: UInt64)] = []
    try VersionOneTree.visit(source, at: address, type: 1, keySize: keySize) {
      found.append(($0, $1))
    }
    for (key, address) in found {
      var cursor = Cursor(key)
      let (size, mask) = (try cursor.word(), try cursor.number(4))
      let origin = try chunk.map { extent in
        let start = try cursor.length()
        guard start % extent == 0 else { throw FormatError.damaged("a chunk's place is absurd") }
        return start
      }
      try add(origin, address, size: size, mask: mask)
    }
  }

  /// The next element of an array: an address, and for filtered chunks a size and a mask.
  private static func entry(
    _ cursor: inout Cursor, width: Int, isFiltered: Bool
  ) throws -> (address: UInt64, size: Int?, mask: UInt64)? {
    let address = try cursor.address()
    let size = isFiltered ? Int(exactly: try cursor.number(max(0, width - 12))) : nil
    let mask = isFiltered ? try cursor.number(4) : 0
    guard !isFiltered || size != nil else { throw FormatError.damaged("a chunk's size is absurd") }
    return address.map { ($0, size, mask) }
  }

  private mutating func add(
    _ index: Int, _ element: ArraySlice<UInt8>, in grid: ChunkGrid, isFiltered: Bool
  ) throws {
    var cursor = Cursor(element)
    guard let entry = try Self.entry(&cursor, width: element.count, isFiltered: isFiltered) else {
      return
    }
    try add(try grid.origin(index), entry.address, size: entry.size, mask: entry.mask)
  }

  /// Adds a chunk, unless it is outside the present shape.
  private mutating func add(_ origin: [Int], _ address: UInt64, size: Int?, mask: UInt64) throws {
    let size = size ?? chunkBytes
    let place = try source.place(of: address, count: size)
    guard zip(origin, shape).allSatisfy({ $0 < $1 }) else { return }
    chunks.append(StoredChunk(origin: origin, place: place, size: size, mask: mask))
  }
}

/// The grid of all chunks that a dataset can have, numbered row by row. An axis without a limit is the
/// slowest one.
struct ChunkGrid {
  private let chunk: [Int]
  private let axes: [Int]
  private let extents: [Int?]

  init(limits: [Int?], chunk: [Int]) {
    self.chunk = chunk
    let free = limits.firstIndex { $0 == nil }
    axes = (free.map { [$0] } ?? []) + limits.indices.filter { $0 != free }
    extents = zip(limits, chunk).map { limit, chunk in limit.map { ($0 - 1) / chunk + 1 } }
  }

  /// The number of chunks; nil when it has no limit.
  var count: Int? {
    extents.contains { $0 == nil } ? nil : DataSpace.count(extents.compactMap { $0 })
  }

  /// The index of the first element, on each axis, of the chunk with a number.
  func origin(_ index: Int) throws -> [Int] {
    var origin = Array(repeating: 0, count: chunk.count)
    var rest = index
    for axis in axes.reversed() {
      let position: Int
      if axis == axes.first {
        (position, rest) = (rest, 0)
      } else {
        guard let extent = extents[axis], extent > 0 else {
          throw FormatError.damaged("a chunk's place is absurd")
        }
        (rest, position) = rest.quotientAndRemainder(dividingBy: extent)
      }
      let (start, isTooLarge) = position.multipliedReportingOverflow(by: chunk[axis])
      guard !isTooLarge else { throw FormatError.damaged("a chunk's place is absurd") }
      origin[axis] = start
    }
    return origin
  }
}
