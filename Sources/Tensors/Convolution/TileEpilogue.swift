/// What follows a tile's inverse transform while it is in registers: bias, ReLU, 2×2 max pool, or nothing; and
/// the adjoint of these. The map before pooling is never stored.
///
/// What backward needs of a pool is four bits an output, one for each position of its window: the
/// one set is the first largest in reading order, as in PyTorch; no bit is set when no value was positive.
/// A tile's (at most four) windows share a 32-bit word a channel.
struct TileEpilogue {
  let shape: ConvolutionShape
  /// The block's output [N, H', W', K].
  let output: UnsafeMutablePointer<Float>
  /// [tile][K]; nil when no backward will follow.
  let codes: UnsafeMutablePointer<Int32>?
  /// [K]; nil: nothing follows.
  let bias: UnsafePointer<Float>?

  /// Takes y [side·side][16] of channel block `block` of tile number `tile`, whose first output is at
  /// (`top`, `left`).
  @inline(__always)
  func finish(
    _ y: UnsafePointer<Float>, side: Int, image: Int, top: Int, left: Int, tile: Int, block: Int
  ) {
    let k = shape.outputs
    guard let bias else {
      let image = output + (image &* shape.mapCount &+ block &* 16)
      for i in 0..<side where top &+ i < shape.mapHeight {
        for j in 0..<side where left &+ j < shape.mapWidth {
          image.store(
            y.lanes(at: (i &* side &+ j) &* 16),
            at: ((top &+ i) &* shape.mapWidth &+ left &+ j) &* k)
        }
      }
      return
    }
    let shift = bias.lanes(at: block &* 16)
    if !shape.pools {
      let image = output + (image &* shape.mapCount &+ block &* 16)
      for i in 0..<side where top &+ i < shape.mapHeight {
        for j in 0..<side where left &+ j < shape.mapWidth {
          let z = y.lanes(at: (i &* side &+ j) &* 16) + shift
          image.store(
            z.replacing(with: 0, where: z .<= 0),
            at: ((top &+ i) &* shape.mapWidth &+ left &+ j) &* k)
        }
      }
      return
    }
    let (width, height) = (shape.mapWidth >> 1, shape.mapHeight >> 1)
    let image = output + (image &* shape.outputCount &+ block &* 16)
    var word = Lanes.zero
    var bit: Float = 1
    for i in 0..<side >> 1 {
      for j in 0..<side >> 1 {
        let (row, column) = (top >> 1 &+ i, left >> 1 &+ j)
        if row < height, column < width {
          let corner = y + (2 &* i &* side &+ 2 &* j) &* 16
          let (value, code) = Self.largest(
            corner.lanes, corner.lanes(at: 16), corner.lanes(at: side &* 16),
            corner.lanes(at: side &* 16 &+ 16), plus: shift)
          image.store(value, at: (row &* width &+ column) &* k)
          word = word.adding(code, times: bit)
        }
        bit *= 16
      }
    }
    guard let codes else { return }
    UnsafeMutableRawPointer(codes + (tile &* k &+ block &* 16)).storeBytes(
      of: PoolCode.word(word), as: SIMD16<Int32>.self)
  }

  /// Whether a tile is stored as it is: nothing follows the convolution, and the tile lies within the map.
  @inline(__always)
  func stores(side: Int, top: Int, left: Int) -> Bool {
    bias == nil && top &+ side <= shape.mapHeight && left &+ side <= shape.mapWidth
  }

  /// Requests for the output's pixels; nil: a pooled one has a quarter of them.
  @inline(__always)
  func prefetch(_ tiling: MapTiling, side: Int) -> MapPrefetch? {
    guard !shape.pools else { return nil }
    return MapPrefetch(tiling, width: shape.mapWidth, channels: shape.outputs, side: side)
  }

  /// Place of the output's pixel at (`top`, `left`), where nothing is pooled.
  @inline(__always)
  func pixel(image: Int, top: Int, left: Int, block: Int) -> UnsafeMutablePointer<Float> {
    output
      + (image &* shape.mapCount &+ (top &* shape.mapWidth &+ left) &* shape.outputs
        &+ block &* 16)
  }

  /// The largest of a window in reading order, plus the bias, rectified, and its code.
  @inline(__always)
  static func largest(
    _ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes, plus shift: Lanes
  ) -> (value: Lanes, code: Lanes) {
    // Each mask is used once: so these become single instructions, with AVX-512 and without.
    let upper = a.replacing(with: b, where: b .> a)
    let lower = c.replacing(with: d, where: d .> c)
    let most = upper.replacing(with: lower, where: lower .> upper)
    var code = Lanes(repeating: 8)
    code = code.replacing(with: Lanes(repeating: 4), where: c .== most)
    code = code.replacing(with: Lanes(repeating: 2), where: b .== most)
    code = code.replacing(with: Lanes(repeating: 1), where: a .== most)
    let z = most + shift
    return (
      z.replacing(with: Lanes.zero, where: z .<= 0),
      code.replacing(with: Lanes.zero, where: z .<= 0)
    )
  }
}

/// Codes of up to four windows, kept as bits and made as floats: comparisons and selections of
/// floats become vector instructions where those of integers do not.
enum PoolCode {
  /// The sum of powers of two below 2¹⁶ as bits: adding 2²³ leaves an integer in the mantissa.
  @inline(__always)
  static func word(_ sum: Lanes) -> SIMD16<Int32> {
    unsafeBitCast(sum + 8_388_608, to: SIMD16<Int32>.self)
  }

  /// `value` where bit number `bit` of the word is set.
  @inline(__always)
  static func select(_ value: Lanes, _ word: SIMD16<Int32>, bit: Int32) -> Lanes {
    let mask = (word &<< SIMD16(repeating: 31 &- bit)) &>> SIMD16(repeating: 31)
    return unsafeBitCast(unsafeBitCast(value, to: SIMD16<Int32>.self) & mask, to: Lanes.self)
  }
}
