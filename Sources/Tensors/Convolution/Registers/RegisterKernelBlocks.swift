// Blocks of sums in registers, one `Lanes` a row and half: plain fields, since only those are sure
// to stay in registers.

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

/// 18 registers of 512 bits: the nine taps of one kernel row of three channels.
struct Block9x32 {
  var a0 = Lanes.zero, a1 = Lanes.zero, a2 = Lanes.zero
  var a3 = Lanes.zero, a4 = Lanes.zero, a5 = Lanes.zero
  var a6 = Lanes.zero, a7 = Lanes.zero, a8 = Lanes.zero
  var b0 = Lanes.zero, b1 = Lanes.zero, b2 = Lanes.zero
  var b3 = Lanes.zero, b4 = Lanes.zero, b5 = Lanes.zero
  var b6 = Lanes.zero, b7 = Lanes.zero, b8 = Lanes.zero

  /// Values from memory, [9][32].
  @inline(__always)
  init(_ c: UnsafePointer<Float>) {
    a0 = c.lanes
    b0 = c.lanes(at: 16)
    a1 = c.lanes(at: 32)
    b1 = c.lanes(at: 48)
    a2 = c.lanes(at: 64)
    b2 = c.lanes(at: 80)
    a3 = c.lanes(at: 96)
    b3 = c.lanes(at: 112)
    a4 = c.lanes(at: 128)
    b4 = c.lanes(at: 144)
    a5 = c.lanes(at: 160)
    b5 = c.lanes(at: 176)
    a6 = c.lanes(at: 192)
    b6 = c.lanes(at: 208)
    a7 = c.lanes(at: 224)
    b7 = c.lanes(at: 240)
    a8 = c.lanes(at: 256)
    b8 = c.lanes(at: 272)
  }

  /// Adds the outer product of 9 neighbouring scalars and a row of B.
  @inline(__always)
  mutating func add(_ s: UnsafePointer<Float>, _ x: Lanes, _ y: Lanes) {
    let s0 = Lanes(repeating: s[0])
    a0.addProduct(s0, x)
    b0.addProduct(s0, y)
    let s1 = Lanes(repeating: s[1])
    a1.addProduct(s1, x)
    b1.addProduct(s1, y)
    let s2 = Lanes(repeating: s[2])
    a2.addProduct(s2, x)
    b2.addProduct(s2, y)
    let s3 = Lanes(repeating: s[3])
    a3.addProduct(s3, x)
    b3.addProduct(s3, y)
    let s4 = Lanes(repeating: s[4])
    a4.addProduct(s4, x)
    b4.addProduct(s4, y)
    let s5 = Lanes(repeating: s[5])
    a5.addProduct(s5, x)
    b5.addProduct(s5, y)
    let s6 = Lanes(repeating: s[6])
    a6.addProduct(s6, x)
    b6.addProduct(s6, y)
    let s7 = Lanes(repeating: s[7])
    a7.addProduct(s7, x)
    b7.addProduct(s7, y)
    let s8 = Lanes(repeating: s[8])
    a8.addProduct(s8, x)
    b8.addProduct(s8, y)
  }

  @inline(__always)
  func store(_ c: UnsafeMutablePointer<Float>) {
    c.store(a0)
    c.store(b0, at: 16)
    c.store(a1, at: 32)
    c.store(b1, at: 48)
    c.store(a2, at: 64)
    c.store(b2, at: 80)
    c.store(a3, at: 96)
    c.store(b3, at: 112)
    c.store(a4, at: 128)
    c.store(b4, at: 144)
    c.store(a5, at: 160)
    c.store(b5, at: 176)
    c.store(a6, at: 192)
    c.store(b6, at: 208)
    c.store(a7, at: 224)
    c.store(b7, at: 240)
    c.store(a8, at: 256)
    c.store(b8, at: 272)
  }
}
