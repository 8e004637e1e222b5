// Blocks of sums for whole panels, 32 columns, in registers of 512 bits: two `Lanes` a row, as plain fields, since only those
// are sure to stay in registers.

/// 8 registers of 512 bits.
struct Block4x32 {
  var a0 = Lanes.zero, a1 = Lanes.zero, a2 = Lanes.zero, a3 = Lanes.zero
  var b0 = Lanes.zero, b1 = Lanes.zero, b2 = Lanes.zero, b3 = Lanes.zero

  @inline(__always) init() {}

  /// Values from memory, rows `step` floats apart.
  @inline(__always)
  init(_ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, step: Int) {
    a0 = first.lanes
    b0 = second.lanes
    a1 = (first + step).lanes
    b1 = (second + step).lanes
    a2 = (first + 2 &* step).lanes
    b2 = (second + 2 &* step).lanes
    a3 = (first + 3 &* step).lanes
    b3 = (second + 3 &* step).lanes
  }

  /// Adds the outer product of 4 scalars, `step` floats apart, and a row of B.
  @inline(__always)
  mutating func add(_ s: UnsafePointer<Float>, step: Int, _ x: Lanes, _ y: Lanes) {
    let s0 = Lanes(repeating: s[0])
    a0.addProduct(s0, x)
    b0.addProduct(s0, y)
    let s1 = Lanes(repeating: s[step])
    a1.addProduct(s1, x)
    b1.addProduct(s1, y)
    let s2 = Lanes(repeating: s[2 &* step])
    a2.addProduct(s2, x)
    b2.addProduct(s2, y)
    let s3 = Lanes(repeating: s[3 &* step])
    a3.addProduct(s3, x)
    b3.addProduct(s3, y)
  }

  @inline(__always)
  func store(_ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>, step: Int)
  {
    first.store(a0)
    second.store(b0)
    (first + step).store(a1)
    (second + step).store(b1)
    (first + 2 &* step).store(a2)
    (second + 2 &* step).store(b2)
    (first + 3 &* step).store(a3)
    (second + 3 &* step).store(b3)
  }
}

/// 16 registers of 512 bits; 8 broadcasts and 2 loads feed 16 products a step.
struct Block8x32 {
  private var top = Block4x32()
  private var bottom = Block4x32()

  @inline(__always) init() {}

  /// Values from memory, rows `step` floats apart.
  @inline(__always)
  init(_ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, step: Int) {
    top = Block4x32(first, second, step: step)
    bottom = Block4x32(first + 4 &* step, second + 4 &* step, step: step)
  }

  /// Adds the outer product of 8 scalars, `step` floats apart, and a row of B.
  @inline(__always)
  mutating func add(_ s: UnsafePointer<Float>, step: Int, _ x: Lanes, _ y: Lanes) {
    top.add(s, step: step, x, y)
    bottom.add(s + 4 &* step, step: step, x, y)
  }

  @inline(__always)
  func store(_ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>, step: Int)
  {
    top.store(first, second, step: step)
    bottom.store(first + 4 &* step, second + 4 &* step, step: step)
  }
}
