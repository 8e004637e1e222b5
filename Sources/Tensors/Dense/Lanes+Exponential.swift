// The exponential and the normal distribution of sixteen floats, without a call or a branch.

extension SIMD16<Float> {
  /// e^(x + y) for x ≤ 0 and a small correction y, to a relative error of 10⁻⁷; 0 for x below −87.7, where
  /// the result would be denormal; NaN at NaN.
  ///
  /// x = n·ln 2 + r (Cody & Waite 1980); e^r = 1 + r + r²·p(r), p the polynomial of least relative error
  /// (3·10⁻⁹) on |r| ≤ ln 2 / 2. The sum that rounds x/ln 2 to n has n + 127 in its last bits; shifted to the
  /// exponent's place, they are the float 2ⁿ, or 0 for n = −127.
  @inline(__always)
  static func exponential(_ x: Lanes, plus y: Lanes? = nil) -> Lanes {
    let x = x.replacing(with: Lanes(repeating: -88), where: x .< -88)
    let shifter = Lanes(repeating: 12_583_039)  // 1.5·2²³ + 127: its last bit is worth 1
    let shifted = shifter.plus(x, times: 1.442_695_04)
    let n = shifted - shifter
    var r = x.plus(n, times: -0.693_359_375)
    r = r.plus(n, times: 2.121_944_40e-4)
    if let y { r += y }
    var p = Lanes(repeating: 1.381_456_057e-3)
    p = Lanes(repeating: 8.368_735_202e-3).plus(p, times: r)
    p = Lanes(repeating: 4.166_838_899e-2).plus(p, times: r)
    p = Lanes(repeating: 1.666_652_113e-1).plus(p, times: r)
    p = Lanes(repeating: 4.999_999_404e-1).plus(p, times: r)
    p = r.plus(p, times: r * r) + 1
    let power =
      unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &<< SIMD16<UInt32>(repeating: 23)
    return p * unsafeBitCast(power, to: Lanes.self)
  }

  /// self + a·b, in one rounding where the build has the instruction.
  @inline(__always)
  func plus(_ a: Lanes, times b: Lanes) -> Lanes {
    BuildTarget.fusedLanes > 0 ? addingProduct(a, b) : self + a * b
  }

  @inline(__always)
  func plus(_ a: Lanes, times b: Float) -> Lanes { plus(a, times: Lanes(repeating: b)) }

  /// e^(−self²/2), and the standard normal distribution Φ(self) to an absolute error of 10⁻⁷ and a relative
  /// one of 5·10⁻⁷.
  ///
  /// With z = |self|, Φ(−z) = e^(−z²/2)·q(z/(z + 3) − ½), q the polynomial of least relative error
  /// (9·10⁻⁹) on 0 ≤ z ≤ 14.6; beyond, both are 0. The square of z's first 12 bits is exact, and the rest of
  /// z² is the small correction: a rounded z² would cost five digits of e^(−z²/2) at z = 13.
  @inline(__always)
  var normalDistribution: (gaussian: Lanes, probability: Lanes) {
    let size = masked(by: 0x7fff_ffff)
    let z = size.replacing(with: Lanes(repeating: 14.6), where: size .> 14.6)
    let head = z.masked(by: 0xffff_f000)
    let gaussian = Self.exponential(head * head * -0.5, plus: (z - head) * (z + head) * -0.5)
    let t = z / (z + 3) - 0.5
    var q = Lanes(repeating: 0.027_168_184_518_814_087)
    q = Lanes(repeating: 0.029_416_983_947_157_86).plus(q, times: t)
    q = Lanes(repeating: -0.043_381_631_374_359_13).plus(q, times: t)
    q = Lanes(repeating: -0.062_924_452_126_026_15).plus(q, times: t)
    q = Lanes(repeating: 0.092_939_294_874_668_12).plus(q, times: t)
    q = Lanes(repeating: 0.098_110_660_910_606_38).plus(q, times: t)
    q = Lanes(repeating: -0.369_706_064_462_661_74).plus(q, times: t)
    q = Lanes(repeating: 0.492_900_162_935_256_96).plus(q, times: t)
    q = Lanes(repeating: -0.412_805_229_425_430_3).plus(q, times: t)
    q = Lanes(repeating: 0.121_513_947_844_505_31).plus(q, times: t)
    let tail = gaussian * q
    return (gaussian, tail.replacing(with: 1 - tail, where: self .> 0))
  }

  @inline(__always)
  private func masked(by bits: UInt32) -> Lanes {
    let own = unsafeBitCast(self, to: SIMD16<UInt32>.self)
    return unsafeBitCast(own & SIMD16<UInt32>(repeating: bits), to: Lanes.self)
  }
}
