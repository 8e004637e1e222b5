/// Philox 4×32-10, the counter-based generator of Salmon et al., *Parallel Random Numbers: As Easy
/// as 1, 2, 3* (SC 2011): a keyed bijection of 128-bit counters. Any block can be computed alone,
/// in any order, on any machine, with the same bits.
package enum Philox {
  static let multipliers: (UInt32, UInt32) = (0xD251_1F53, 0xCD9E_8D57)
  static let weyl: (UInt32, UInt32) = (0x9E37_79B9, 0xBB67_AE85)

  /// Four random words for one counter and key.
  package static func block(
    counter: SIMD4<UInt32>, key: SIMD2<UInt32>
  ) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let p0 = UInt64(c.x) &* UInt64(multipliers.0)
      let p1 = UInt64(c.z) &* UInt64(multipliers.1)
      c = SIMD4(
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: p0))
      k = SIMD2(k.x &+ weyl.0, k.y &+ weyl.1)
    }
    return c
  }

  typealias Words = SIMD16<UInt32>

  /// Sixteen blocks at once: lane i is the block whose first counter word is `first` + i.
  @inline(__always)
  static func blocks(
    first: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32, key: SIMD2<UInt32>
  ) -> (Words, Words, Words, Words) {
    let lanes = Words(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    var (x, y) = (Words(repeating: first) &+ lanes, Words(repeating: c1))
    var (z, w) = (Words(repeating: c2), Words(repeating: c3))
    var k = key
    for _ in 0..<10 {
      let (h0, l0) = product(x, multipliers.0)
      let (h1, l1) = product(z, multipliers.1)
      (x, y) = (h1 ^ y ^ Words(repeating: k.x), l1)
      (z, w) = (h0 ^ w ^ Words(repeating: k.y), l0)
      k = SIMD2(k.x &+ weyl.0, k.y &+ weyl.1)
    }
    return (x, y, z, w)
  }

  @inline(__always)
  private static func product(_ a: Words, _ m: UInt32) -> (high: Words, low: Words) {
    let wide = SIMD16<UInt64>(truncatingIfNeeded: a) &* SIMD16<UInt64>(repeating: UInt64(m))
    return (Words(truncatingIfNeeded: wide &>> 32), a &* Words(repeating: m))
  }
}
