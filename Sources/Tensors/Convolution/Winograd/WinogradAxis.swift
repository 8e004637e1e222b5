/// One axis of a minimal filter (Winograd 1980; Lavin & Gray 2016): y = Aᵀ[(G w) ⊙ (Bᵀ d)] gives
/// `outputs` neighbouring outputs of a 3-tap filter from `inputs` inputs with `frequencies`
/// products. The adjoint of each map is beside it: backward passes are exact adjoints of forward.
///
/// Vectors are strided: element i lies i·stride floats on, each element sixteen channels.
package protocol WinogradAxis: SendableMetatype {
  static var outputs: Int { get }
  static var frequencies: Int { get }
  static var inputs: Int { get }
  /// Inputs that lie before the first output's own position.
  static var padding: Int { get }
  /// Inputs from one output's position to the next one's.
  static var stride: Int { get }

  /// u = Bᵀ d
  static func input(_ d: Source, _ stride: Int, _ u: Target, _ step: Int)
  /// d = B u
  static func inputAdjoint(_ u: Source, _ stride: Int, _ d: Target, _ step: Int)
  /// y = Aᵀ m
  static func output(_ m: Source, _ stride: Int, _ y: Target, _ step: Int)
  /// m = A y
  static func outputAdjoint(_ y: Source, _ stride: Int, _ m: Target, _ step: Int)
  /// u = G w
  static func weight(_ w: Source, _ stride: Int, _ u: Target, _ step: Int)
  /// w = Gᵀ u
  static func weightAdjoint(_ u: Source, _ stride: Int, _ w: Target, _ step: Int)
}

extension WinogradAxis {
  package typealias Source = UnsafePointer<Float>
  package typealias Target = UnsafeMutablePointer<Float>

  package static var stride: Int { 1 }
  /// Inputs that a tile has in common with the next one.
  static var shared: Int { inputs - outputs * stride }

  @inline(__always)
  static func two(_ x: Source, _ stride: Int) -> (Lanes, Lanes) { (x.lanes, x.lanes(at: stride)) }

  @inline(__always)
  static func three(_ x: Source, _ stride: Int) -> (Lanes, Lanes, Lanes) {
    (x.lanes, x.lanes(at: stride), x.lanes(at: 2 &* stride))
  }

  @inline(__always)
  static func four(_ x: Source, _ stride: Int) -> (Lanes, Lanes, Lanes, Lanes) {
    (x.lanes, x.lanes(at: stride), x.lanes(at: 2 &* stride), x.lanes(at: 3 &* stride))
  }

  @inline(__always)
  static func six(_ x: Source, _ stride: Int) -> (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes) {
    let ((a, b, c), (d, e, f)) = (three(x, stride), three(x + 3 &* stride, stride))
    return (a, b, c, d, e, f)
  }
}

/// F(4, 3): six products for four outputs, from the points 0, ±1, ±2, ∞.
package enum FourOutputs: WinogradAxis {
  package static var outputs: Int { 4 }
  package static var frequencies: Int { 6 }
  package static var inputs: Int { 6 }
  package static var padding: Int { 1 }

  @inline(__always)
  package static func input(_ d: Source, _ stride: Int, _ u: Target, _ step: Int) {
    let (d0, d1, d2, d3, d4, d5) = six(d, stride)
    let (even, odd) = (d4.adding(d2, times: -4), d3.adding(d1, times: -4))
    let (even2, odd2) = (d4 - d2, d3 - d1)
    u.store(d4.adding(d2, times: -5).adding(d0, times: 4))
    u.store(even + odd, at: step)
    u.store(even - odd, at: 2 &* step)
    u.store(even2.adding(odd2, times: 2), at: 3 &* step)
    u.store(even2.adding(odd2, times: -2), at: 4 &* step)
    u.store(d5.adding(d3, times: -5).adding(d1, times: 4), at: 5 &* step)
  }

  @inline(__always)
  package static func inputAdjoint(_ u: Source, _ stride: Int, _ d: Target, _ step: Int) {
    let (u0, u1, u2, u3, u4, u5) = six(u, stride)
    let (sum1, difference1) = (u1 + u2, u1 - u2)
    let (sum2, difference2) = (u3 + u4, u3 - u4)
    d.store(u0 * 4)
    d.store((u5 - difference1).adding(difference2, times: -0.5) * 4, at: step)
    d.store((-sum2).adding(sum1, times: -4).adding(u0, times: -5), at: 2 &* step)
    d.store(difference1.adding(difference2, times: 2).adding(u5, times: -5), at: 3 &* step)
    d.store(u0 + sum1 + sum2, at: 4 &* step)
    d.store(u5, at: 5 &* step)
  }

  @inline(__always)
  package static func output(_ m: Source, _ stride: Int, _ y: Target, _ step: Int) {
    let (m0, m1, m2, m3, m4, m5) = six(m, stride)
    let (sum1, difference1) = (m1 + m2, m1 - m2)
    let (sum2, difference2) = (m3 + m4, m3 - m4)
    y.store(m0 + sum1 + sum2)
    y.store(difference1.adding(difference2, times: 2), at: step)
    y.store(sum1.adding(sum2, times: 4), at: 2 &* step)
    y.store((difference1 + m5).adding(difference2, times: 8), at: 3 &* step)
  }

  @inline(__always)
  package static func outputAdjoint(_ y: Source, _ stride: Int, _ m: Target, _ step: Int) {
    let (y0, y1, y2, y3) = four(y, stride)
    let (even, odd) = (y0 + y2, y1 + y3)
    let (even2, odd2) = (y0.adding(y2, times: 4), y1.adding(y3, times: 4))
    m.store(y0)
    m.store(even + odd, at: step)
    m.store(even - odd, at: 2 &* step)
    m.store(even2.adding(odd2, times: 2), at: 3 &* step)
    m.store(even2.adding(odd2, times: -2), at: 4 &* step)
    m.store(y3, at: 5 &* step)
  }

  @inline(__always)
  package static func weight(_ w: Source, _ stride: Int, _ u: Target, _ step: Int) {
    let (w0, w1, w2) = three(w, stride)
    let (even, odd) = ((w0 + w2) * (-1 / 6), w1 * (1 / 6))
    let (even2, odd2) = ((w0 * (1 / 24)).adding(w2, times: 1 / 6), w1 * (1 / 12))
    u.store(w0 * 0.25)
    u.store(even - odd, at: step)
    u.store(even + odd, at: 2 &* step)
    u.store(even2 + odd2, at: 3 &* step)
    u.store(even2 - odd2, at: 4 &* step)
    u.store(w2, at: 5 &* step)
  }

  @inline(__always)
  package static func weightAdjoint(_ u: Source, _ stride: Int, _ w: Target, _ step: Int) {
    let (u0, u1, u2, u3, u4, u5) = six(u, stride)
    let (sum1, difference1) = (u1 + u2, u1 - u2)
    let (sum2, difference2) = (u3 + u4, u3 - u4)
    w.store((u0 * 0.25).adding(sum1, times: -1 / 6).adding(sum2, times: 1 / 24))
    w.store((difference2 * (1 / 12)).adding(difference1, times: -1 / 6), at: step)
    w.store(u5.adding(sum2 - sum1, times: 1 / 6), at: 2 &* step)
  }
}

/// A map of 2: its zero padding makes the axis a 2×2 Toeplitz product, three products:
/// y₀ = w₁(d₀+d₁) + (w₂−w₁)d₁, y₁ = w₁(d₀+d₁) + (w₀−w₁)d₀.
package enum TwoToeplitz: WinogradAxis {
  package static var outputs: Int { 2 }
  package static var frequencies: Int { 3 }
  package static var inputs: Int { 2 }
  package static var padding: Int { 0 }

  @inline(__always)
  package static func input(_ d: Source, _ stride: Int, _ u: Target, _ step: Int) {
    let (d0, d1) = two(d, stride)
    u.store(d0 + d1)
    u.store(d0, at: step)
    u.store(d1, at: 2 &* step)
  }

  @inline(__always)
  package static func inputAdjoint(_ u: Source, _ stride: Int, _ d: Target, _ step: Int) {
    let (u0, u1, u2) = three(u, stride)
    d.store(u0 + u1)
    d.store(u0 + u2, at: step)
  }

  @inline(__always)
  package static func output(_ m: Source, _ stride: Int, _ y: Target, _ step: Int) {
    let (m0, m1, m2) = three(m, stride)
    y.store(m0 + m2)
    y.store(m0 + m1, at: step)
  }

  @inline(__always)
  package static func outputAdjoint(_ y: Source, _ stride: Int, _ m: Target, _ step: Int) {
    let (y0, y1) = two(y, stride)
    m.store(y0 + y1)
    m.store(y1, at: step)
    m.store(y0, at: 2 &* step)
  }

  @inline(__always)
  package static func weight(_ w: Source, _ stride: Int, _ u: Target, _ step: Int) {
    let (w0, w1, w2) = three(w, stride)
    u.store(w1)
    u.store(w0 - w1, at: step)
    u.store(w2 - w1, at: 2 &* step)
  }

  @inline(__always)
  package static func weightAdjoint(_ u: Source, _ stride: Int, _ w: Target, _ step: Int) {
    let (u0, u1, u2) = three(u, stride)
    w.store(u1)
    w.store(u0 - u1 - u2, at: step)
    w.store(u2, at: 2 &* step)
  }
}

/// A map of 1 sees the middle tap alone.
package enum OneTap: WinogradAxis {
  package static var outputs: Int { 1 }
  package static var frequencies: Int { 1 }
  package static var inputs: Int { 1 }
  package static var padding: Int { 0 }

  @inline(__always)
  package static func input(_ d: Source, _ stride: Int, _ u: Target, _ step: Int) {
    u.store(d.lanes)
  }

  @inline(__always)
  package static func inputAdjoint(_ u: Source, _ stride: Int, _ d: Target, _ step: Int) {
    d.store(u.lanes)
  }

  @inline(__always)
  package static func output(_ m: Source, _ stride: Int, _ y: Target, _ step: Int) {
    y.store(m.lanes)
  }

  @inline(__always)
  package static func outputAdjoint(_ y: Source, _ stride: Int, _ m: Target, _ step: Int) {
    m.store(y.lanes)
  }

  @inline(__always)
  package static func weight(_ w: Source, _ stride: Int, _ u: Target, _ step: Int) {
    u.store(w.lanes(at: stride))
  }

  @inline(__always)
  package static func weightAdjoint(_ u: Source, _ stride: Int, _ w: Target, _ step: Int) {
    w.store(.zero)
    w.store(u.lanes, at: step)
    w.store(.zero, at: 2 &* step)
  }
}
