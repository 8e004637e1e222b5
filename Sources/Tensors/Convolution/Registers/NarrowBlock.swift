// Blocks of sums for half a panel, 16 columns: one `Lanes` a row, as plain fields, since only those are sure to stay in
// registers.

/// Rows of sixteen sums, half of C's columns.
protocol NarrowBlock {
  static var rows: Int { get }

  /// Zeros.
  init()
  /// Values from memory, rows `step` floats apart.
  init(_ c: UnsafePointer<Float>, step: Int)
  /// Adds the outer product of a scalar for each row, `step` floats apart, and half a row of B.
  mutating func add(_ s: UnsafePointer<Float>, step: Int, _ x: Lanes)
  func store(_ c: UnsafeMutablePointer<Float>, step: Int)
}

/// 8 registers of 256 bits, or 16 of 128.
struct Block4x16: NarrowBlock {
  static var rows: Int { 4 }

  private var a0 = Lanes.zero, a1 = Lanes.zero, a2 = Lanes.zero, a3 = Lanes.zero

  @inline(__always) init() {}

  @inline(__always)
  init(_ c: UnsafePointer<Float>, step: Int) {
    a0 = c.lanes
    a1 = (c + step).lanes
    a2 = (c + 2 &* step).lanes
    a3 = (c + 3 &* step).lanes
  }

  @inline(__always)
  mutating func add(_ s: UnsafePointer<Float>, step: Int, _ x: Lanes) {
    let s0 = Lanes(repeating: s[0])
    a0.addProduct(s0, x)
    let s1 = Lanes(repeating: s[step])
    a1.addProduct(s1, x)
    let s2 = Lanes(repeating: s[2 &* step])
    a2.addProduct(s2, x)
    let s3 = Lanes(repeating: s[3 &* step])
    a3.addProduct(s3, x)
  }

  @inline(__always)
  func store(_ c: UnsafeMutablePointer<Float>, step: Int) {
    c.store(a0)
    (c + step).store(a1)
    (c + 2 &* step).store(a2)
    (c + 3 &* step).store(a3)
  }
}

/// 8 registers of 512 bits: for half a row of C, as many sums as hide the latency of a multiply-add.
struct Block8x16: NarrowBlock {
  static var rows: Int { 8 }

  private var top = Block4x16()
  private var bottom = Block4x16()

  @inline(__always) init() {}

  @inline(__always)
  init(_ c: UnsafePointer<Float>, step: Int) {
    top = Block4x16(c, step: step)
    bottom = Block4x16(c + 4 &* step, step: step)
  }

  @inline(__always)
  mutating func add(_ s: UnsafePointer<Float>, step: Int, _ x: Lanes) {
    top.add(s, step: step, x)
    bottom.add(s + 4 &* step, step: step, x)
  }

  @inline(__always)
  func store(_ c: UnsafeMutablePointer<Float>, step: Int) {
    top.store(c, step: step)
    bottom.store(c + 4 &* step, step: step)
  }
}

/// 12 registers of 256 bits; 6 broadcasts and 2 loads feed 12 products a step.
struct Block6x16: NarrowBlock {
  static var rows: Int { 6 }

  private var top = Block4x16()
  private var a4 = Lanes.zero, a5 = Lanes.zero

  @inline(__always) init() {}

  @inline(__always)
  init(_ c: UnsafePointer<Float>, step: Int) {
    top = Block4x16(c, step: step)
    a4 = (c + 4 &* step).lanes
    a5 = (c + 5 &* step).lanes
  }

  @inline(__always)
  mutating func add(_ s: UnsafePointer<Float>, step: Int, _ x: Lanes) {
    top.add(s, step: step, x)
    let s4 = Lanes(repeating: s[4 &* step])
    a4.addProduct(s4, x)
    let s5 = Lanes(repeating: s[5 &* step])
    a5.addProduct(s5, x)
  }

  @inline(__always)
  func store(_ c: UnsafeMutablePointer<Float>, step: Int) {
    top.store(c, step: step)
    (c + 4 &* step).store(a4)
    (c + 5 &* step).store(a5)
  }
}
