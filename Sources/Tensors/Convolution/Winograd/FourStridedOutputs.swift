/// Stride 2: four outputs of a 3-tap filter from nine inputs with nine products, where the definition has twelve.
///
/// Outer taps see the even inputs and the middle tap the odd ones: y = F(4, 2) of five inputs, five products from the points
/// 0, ±1, 2, ∞, plus four products as they are. Frequencies 0 to 4 are the former, 5 to 8 the latter.
package enum FourStridedOutputs: WinogradAxis {
  package static var outputs: Int { 4 }
  package static var frequencies: Int { 9 }
  package static var inputs: Int { 9 }
  package static var padding: Int { 1 }
  package static var stride: Int { 2 }

  @inline(__always)
  private static func five(_ x: Source, _ stride: Int) -> (Lanes, Lanes, Lanes, Lanes, Lanes) {
    let (a, b, c, d) = four(x, stride)
    return (a, b, c, d, x.lanes(at: 4 &* stride))
  }

  @inline(__always)
  package static func input(_ d: Source, _ stride: Int, _ u: Target, _ step: Int) {
    let (d0, d1, d2, d3, d4) = five(d, 2 &* stride)
    let outer = d3 - d1
    u.store(outer.adding(d0 - d2, times: 2))
    u.store((d3 - d2).adding(d1, times: -2), at: step)
    u.store(d3.adding(d1, times: 2).adding(d2, times: -3), at: 2 &* step)
    u.store(outer, at: 3 &* step)
    u.store((d4 - d2).adding(outer, times: -2), at: 4 &* step)
    let (e0, e1, e2, e3) = four(d + stride, 2 &* stride)
    u.store(e0, at: 5 &* step)
    u.store(e1, at: 6 &* step)
    u.store(e2, at: 7 &* step)
    u.store(e3, at: 8 &* step)
  }

  @inline(__always)
  package static func inputAdjoint(_ u: Source, _ stride: Int, _ d: Target, _ step: Int) {
    let (u0, u1, u2, u3, u4) = five(u, stride)
    d.store(u0 * 2)
    d.store((-u0 - u3).adding(u2 + u4 - u1, times: 2), at: 2 &* step)
    d.store((-u1 - u4).adding(u0, times: -2).adding(u2, times: -3), at: 4 &* step)
    d.store((u0 + u1 + u2 + u3).adding(u4, times: -2), at: 6 &* step)
    d.store(u4, at: 8 &* step)
    let (e0, e1, e2, e3) = four(u + 5 &* stride, stride)
    d.store(e0, at: step)
    d.store(e1, at: 3 &* step)
    d.store(e2, at: 5 &* step)
    d.store(e3, at: 7 &* step)
  }

  @inline(__always)
  package static func output(_ m: Source, _ stride: Int, _ y: Target, _ step: Int) {
    let (m0, m1, m2, m3, m4) = five(m, stride)
    let (e0, e1, e2, e3) = four(m + 5 &* stride, stride)
    let (sum, difference) = (m1 + m2, m1 - m2)
    y.store(m0 + sum + m3 + e0)
    y.store((difference + e1).adding(m3, times: 2), at: step)
    y.store((sum + e2).adding(m3, times: 4), at: 2 &* step)
    y.store((difference + m4 + e3).adding(m3, times: 8), at: 3 &* step)
  }

  @inline(__always)
  package static func outputAdjoint(_ y: Source, _ stride: Int, _ m: Target, _ step: Int) {
    let (y0, y1, y2, y3) = four(y, stride)
    let (even, odd) = (y0 + y2, y1 + y3)
    m.store(y0)
    m.store(even + odd, at: step)
    m.store(even - odd, at: 2 &* step)
    m.store(y0.adding(y1, times: 2).adding(y2, times: 4).adding(y3, times: 8), at: 3 &* step)
    m.store(y3, at: 4 &* step)
    m.store(y0, at: 5 &* step)
    m.store(y1, at: 6 &* step)
    m.store(y2, at: 7 &* step)
    m.store(y3, at: 8 &* step)
  }

  @inline(__always)
  package static func weight(_ w: Source, _ stride: Int, _ u: Target, _ step: Int) {
    let (w0, w1, w2) = three(w, stride)
    u.store(w0 * 0.5)
    u.store((w0 + w2) * -0.5, at: step)
    u.store((w2 - w0) * (1 / 6), at: 2 &* step)
    u.store(w0.adding(w2, times: 2) * (1 / 6), at: 3 &* step)
    u.store(w2, at: 4 &* step)
    for i in 5..<9 { u.store(w1, at: i &* step) }
  }

  @inline(__always)
  package static func weightAdjoint(_ u: Source, _ stride: Int, _ w: Target, _ step: Int) {
    let (u0, u1, u2, u3, u4) = five(u, stride)
    let (e0, e1, e2, e3) = four(u + 5 &* stride, stride)
    w.store(((u0 - u1) * 0.5).adding(u3 - u2, times: 1 / 6))
    w.store((e0 + e1) + (e2 + e3), at: step)
    w.store(u4.adding(u1, times: -0.5).adding(u2.adding(u3, times: 2), times: 1 / 6), at: 2 &* step)
  }
}
