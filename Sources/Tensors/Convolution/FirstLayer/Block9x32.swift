/// Sums of the nine taps of one kernel row of three channels, for 32 filters, in 18 registers of 512 bits: plain fields, since
/// only those are sure to stay in registers.
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
