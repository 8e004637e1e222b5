/// Random numbers of one purpose under one seed: streams are independent because purpose and index
/// are part of Philox's counter, so that e.g. more dropout never changes a shuffle.
package struct RandomStream: Sendable {
  package enum Purpose: UInt32, Sendable {
    case split = 1
    case initialisation, shuffle, dropout, augmentation, selection, probes, resampling,
      mixing, noise
  }

  private let key: SIMD2<UInt32>
  private let purpose: UInt32
  private let index: UInt32
  /// Position in words. A stream holds 2⁶⁴ blocks' worth less the words of purpose and index: 2³⁴.
  private var position: UInt64 = 0
  private var block = SIMD4<UInt32>.zero

  /// - Parameter index: which of the purpose's streams: a layer, an epoch, a step.
  package init(seed: UInt64, _ purpose: Purpose, index: Int = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.purpose = purpose.rawValue
    self.index = UInt32(truncatingIfNeeded: index)
  }

  /// A uniform 32-bit word.
  package mutating func next() -> UInt32 {
    let lane = Int(position & 3)
    if lane == 0 {
      block = Philox.block(
        counter: SIMD4(UInt32(truncatingIfNeeded: position >> 2), 0, purpose, index), key: key)
    }
    position &+= 1
    return block[lane]
  }

  /// Goes on behind the next `words` words, a multiple of four: as if they had been drawn.
  mutating func skip(words: Int) {
    precondition(words >= 0 && words % 4 == 0 && position % 4 == 0)
    position &+= UInt64(words)
  }

  /// Uniform in [0, 1), 24 bits.
  package mutating func uniform() -> Float { Float(next() >> 8) * 0x1p-24 }

  /// Uniform in 0..<bound, without bias (Lemire 2019).
  package mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max))
    let n = UInt64(bound)
    var product = UInt64(next()) &* n
    let threshold = (1 << 32) % n
    while product & 0xFFFF_FFFF < threshold { product = UInt64(next()) &* n }
    return Int(product >> 32)
  }

  /// A uniformly random order of 0..<count (Fisher–Yates).
  package mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, below(i + 1)) }
    return order
  }

  /// +1 or −1 with equal probability.
  package mutating func sign() -> Float { next() >> 31 == 0 ? 1 : -1 }

  /// Fills with independent N(0, 1), from the next block boundary on.
  mutating func fillNormal(_ target: UnsafeMutableBufferPointer<Float>) {
    fill(target) { x, y, z, w in
      let (a, b) = boxMuller(x, y)
      let (c, d) = boxMuller(z, w)
      return (a, b, c, d)
    }
  }

  /// Fills with independent U[0, 1), from the next block boundary on.
  mutating func fillUniform(_ target: UnsafeMutableBufferPointer<Float>) {
    fill(target) { (unit($0), unit($1), unit($2), unit($3)) }
  }

  /// `count` independent N(0, 1).
  package mutating func normals(_ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { memory, initialised in
      fillNormal(UnsafeMutableBufferPointer(rebasing: memory[..<count]))
      initialised = count
    }
  }

  /// `count` independent U[0, 1).
  package mutating func uniforms(_ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { memory, initialised in
      fillUniform(UnsafeMutableBufferPointer(rebasing: memory[..<count]))
      initialised = count
    }
  }

  @inline(__always)
  private mutating func fill(
    _ target: UnsafeMutableBufferPointer<Float>,
    _ transform: (Philox.Words, Philox.Words, Philox.Words, Philox.Words) -> (
      Lanes, Lanes, Lanes, Lanes
    )
  ) {
    position = (position &+ 3) & ~3
    guard var out = target.baseAddress else { return }
    var left = target.count
    var tail: (Lanes, Lanes, Lanes, Lanes) = (.zero, .zero, .zero, .zero)
    while left > 0 {
      let (x, y, z, w) = Philox.blocks(
        first: UInt32(truncatingIfNeeded: position >> 2), 0, purpose, index, key: key)
      let filled = transform(x, y, z, w)
      if left >= 64 {
        out.store(filled.0)
        (out + 16).store(filled.1)
        (out + 32).store(filled.2)
        (out + 48).store(filled.3)
      } else {
        tail = filled
        withUnsafeBytes(of: &tail) { bytes in
          let floats = bytes.assumingMemoryBound(to: Float.self)
          if let base = floats.baseAddress { out.update(from: base, count: left) }
        }
      }
      out += min(64, left)
      left -= min(64, left)
      position &+= 64
    }
  }
}

@inline(__always)
private func unit(_ x: Philox.Words) -> Lanes {
  Lanes(SIMD16<Int32>(truncatingIfNeeded: x &>> 8)) * 0x1p-24
}

/// Two independent normals from two words (Box & Muller 1958): √(−2 ln u)·(cos, sin)(2πv).
///
/// Only +, −, ×, ÷ and √ in a fixed order, never a library's logarithm: the same bits on every
/// machine. |value| ≤ 5.77, since u ≥ 2⁻²⁴.
@inline(__always)
private func boxMuller(_ a: Philox.Words, _ b: Philox.Words) -> (Lanes, Lanes) {
  let radius =
    (naturalLogarithm(Lanes(SIMD16<Int32>(truncatingIfNeeded: (a &>> 8) &+ 1)) * 0x1p-24)
    * -2).squareRoot()
  // The two top bits choose the quadrant, the next 24 the angle in [−π/4, π/4).
  let fraction = Lanes(SIMD16<Int32>(truncatingIfNeeded: (b &<< 2) &>> 8)) * 0x1p-24
  let t = (fraction - 0.5) * Lanes(repeating: .pi / 2)
  let t2 = t * t
  let sine =
    t + t * t2 * (-1.6666654611e-1 + t2 * (8.3321608736e-3 + t2 * -1.9515295891e-4))
  let cosine =
    1 - t2 * 0.5
    + t2 * t2 * (4.166664568298827e-2 + t2 * (-1.388731625493765e-3 + t2 * 2.443315711809948e-5))
  let odd = (b &>> 30) & 1 .!= 0
  let half = b &>> 31 .!= 0
  let x = cosine.replacing(with: -sine, where: odd)
  let y = sine.replacing(with: cosine, where: odd)
  return (
    radius * x.replacing(with: -x, where: half),
    radius * y.replacing(with: -y, where: half)
  )
}

/// ln x for normal x > 0, relative error about 1e-7 (the Cephes polynomial).
@inline(__always)
private func naturalLogarithm(_ x: Lanes) -> Lanes {
  let bits = unsafeBitCast(x, to: SIMD16<UInt32>.self)
  // x = m·2^e with m in [√½, √2).
  let shifted = bits &- 0x3F35_04F3
  let exponent = SIMD16<Int32>(truncatingIfNeeded: shifted) &>> 23
  let mantissa = (shifted & 0x007F_FFFF) &+ 0x3F35_04F3
  let f = unsafeBitCast(mantissa, to: Lanes.self) - 1
  let e = Lanes(exponent)
  let f2 = f * f
  var p = f * 7.0376836292e-2 - 1.1514610310e-1
  p = p * f + 1.1676998740e-1
  p = p * f - 1.2420140846e-1
  p = p * f + 1.4249322787e-1
  p = p * f - 1.6668057665e-1
  p = p * f + 2.0000714765e-1
  p = p * f - 2.4999993993e-1
  p = p * f + 3.3333331174e-1
  return f - f2 * 0.5 + f * f2 * p + e * 0.693147180559945
}
