// The shape of a dataset or an attribute. Specification IV.A.2.b.

struct StoredShape {
  /// The extent of each axis, `[]` for a single value; nil when there are no values at all.
  let extents: [Int]?
  /// The largest extent of each axis; nil for an axis without a limit.
  let limits: [Int?]

  init(_ message: ArraySlice<UInt8>) throws {
    var cursor = Cursor(message)
    let version = try cursor.version(1...2, of: "a shape")
    let (rank, flags) = (try cursor.byte(), try cursor.byte())
    let kind = version == 2 ? try cursor.byte() : rank == 0 ? 0 : 1
    if version == 1 { try cursor.skip(5) }
    guard rank <= DataSpace.maximumRank, kind != 0 || rank == 0, kind <= 2 else {
      throw FormatError.damaged("a shape of \(rank) axes")
    }
    let extents = try (0..<rank).map { _ in try cursor.length() }
    var limits: [Int?] = extents
    if flags & 1 != 0 {
      limits = try (0..<rank).map { _ in
        let limit = try cursor.number(8)
        return limit == .max ? nil : Int(exactly: limit)
      }
    }
    self.extents = kind == 2 || (kind == 1 && rank == 0) ? nil : extents
    self.limits = limits
  }
}
