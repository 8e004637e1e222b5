/// Up to sixteen neighbouring floats of a row.
struct LanePart {
  let offset: Int
  let count: Int

  /// The floats, and `rest` after them.
  @inline(__always)
  func load(_ row: UnsafePointer<Float>, rest: Float = 0) -> Lanes {
    if count == 16 { return row.lanes(at: offset) }
    var lanes = Lanes(repeating: rest)
    for i in 0..<count { lanes[i] = row[offset &+ i] }
    return lanes
  }

  @inline(__always)
  func store(_ lanes: Lanes, to row: UnsafeMutablePointer<Float>) {
    if count == 16 { return row.store(lanes, at: offset) }
    for i in 0..<count { row[offset &+ i] = lanes[i] }
  }
}

/// Calls `body` for each sixteen of `width` floats, and once more for those that are left.
@inline(__always)
func walkLanes(_ width: Int, _ body: (LanePart) -> Void) {
  var offset = 0
  while offset &+ 16 <= width {
    body(LanePart(offset: offset, count: 16))
    offset &+= 16
  }
  if offset < width { body(LanePart(offset: offset, count: width &- offset)) }
}
