/// Up to sixteen neighbouring floats of a row. Fewer than sixteen are copied through memory: lanes that are
/// loaded or stored one by one would make the compiler split the arithmetic between as well.
struct LanePart {
  let offset: Int
  let count: Int
  /// 16 floats of scratch
  let room: UnsafeMutablePointer<Float>

  /// The floats, and `rest` after them.
  @inline(__always)
  func load(_ row: UnsafePointer<Float>, rest: Float = 0) -> Lanes {
    (count == 16 ? row + offset : gather(row, rest)).lanes
  }

  @inline(__always)
  func store(_ lanes: Lanes, to row: UnsafeMutablePointer<Float>) {
    (count == 16 ? row + offset : room).store(lanes)
    if count < 16 { scatter(row) }
  }

  @inline(never)
  private func gather(_ row: UnsafePointer<Float>, _ rest: Float) -> UnsafePointer<Float> {
    for i in 0..<16 { room[i] = i < count ? row[offset + i] : rest }
    return UnsafePointer(room)
  }

  @inline(never)
  private func scatter(_ row: UnsafeMutablePointer<Float>) {
    for i in 0..<count { row[offset + i] = room[i] }
  }
}

/// Calls `body` for each sixteen of `width` floats, and once more for those that are left.
@inline(__always)
func walkLanes(_ width: Int, _ body: (LanePart) -> Void) {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 16) { memory in
    guard let room = memory.baseAddress else { return }
    var offset = 0
    while offset &+ 16 <= width {
      body(LanePart(offset: offset, count: 16, room: room))
      offset &+= 16
    }
    guard offset < width else { return }
    room.initialize(repeating: 0, count: 16)
    body(LanePart(offset: offset, count: width &- offset, room: room))
  }
}
