/// What follows a tile's inverse transform while it is in registers: bias, ReLU, 2×2 max pool; and
/// the adjoint of these. The map before pooling is never stored.
///
/// What backward needs of a pool is four bits an output, one for each position of its window: the
/// one set is the first largest in reading order, as in PyTorch; none is when no value was positive.
/// A tile's (at most four) windows share a 32-bit word a channel.
struct WinogradEpilogue {
  let shape: ConvolutionShape
  /// The block's output [N, H', W', K].
  let output: UnsafeMutablePointer<Float>
  /// [tile][K]; nil when no backward will follow.
  let codes: UnsafeMutablePointer<Int32>?
  let bias: UnsafePointer<Float>

  /// Takes y [side·side][16] of channel block `block` of tile number `tile`, whose first output is at
  /// (`top`, `left`).
  @inline(__always)
  func finish(
    _ y: UnsafePointer<Float>, side: Int, image: Int, top: Int, left: Int, tile: Int, block: Int
  ) {
    let shift = bias.lanes(at: block &* 16)
    let k = shape.outputs
    if !shape.pools {
      let image = output + (image &* shape.mapCount &+ block &* 16)
      for i in 0..<side where top &+ i < shape.height {
        for j in 0..<side where left &+ j < shape.width {
          let z = y.lanes(at: (i &* side &+ j) &* 16) + shift
          image.store(
            z.replacing(with: 0, where: z .<= 0),
            at: ((top &+ i) &* shape.width &+ left &+ j) &* k)
        }
      }
      return
    }
    let (width, height) = (shape.width >> 1, shape.height >> 1)
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

/// Whence a tile's δ, the gradient by the map before ReLU and pool, comes.
struct WinogradDelta {
  private enum Source {
    /// The gradient of a pooled output, and the codes of `WinogradEpilogue`.
    case pooled(codes: UnsafePointer<Int32>)
    /// The gradient of an output without pool, and that output.
    case rectified(output: UnsafePointer<Float>)
  }

  let shape: ConvolutionShape
  private let gradient: UnsafePointer<Float>
  private let source: Source
  /// Of the forward pass; gradient number r·images + i is of its image i.
  private let images: Int
  private let tilesPerImage: Int

  /// - Parameters:
  ///   - gradient: of the block's output [R·images, H', W', K]
  ///   - output: of a retaining forward pass of `images`
  ///   - codes: of the same, if the block pools
  init(
    _ shape: ConvolutionShape, gradient: UnsafePointer<Float>, output: UnsafePointer<Float>,
    codes: UnsafePointer<Int32>?, images: Int, tilesPerImage: Int
  ) {
    self.shape = shape
    self.gradient = gradient
    if shape.pools, let codes {
      source = .pooled(codes: codes)
    } else {
      source = .rectified(output: output)
    }
    self.images = images
    self.tilesPerImage = tilesPerImage
  }

  /// Fills δ [side·side][16], zeros beyond the map, and returns the sum over positions.
  ///
  /// - Parameters:
  ///   - image: number of the gradient
  ///   - tile: number of the tile, counted over all gradients
  @inline(__always)
  func fill(
    _ delta: UnsafeMutablePointer<Float>, side: Int, image: Int, top: Int, left: Int, tile: Int,
    block: Int
  ) -> Lanes {
    let k = shape.outputs
    let kept = image < images ? image : image % images
    var sum = Lanes.zero
    if case .pooled(let codes) = source {
      let (width, height) = (shape.width >> 1, shape.height >> 1)
      let start = gradient + (image &* shape.outputCount &+ block &* 16)
      let tile = tile &- (image &- kept) &* tilesPerImage
      let word = UnsafeRawPointer(codes + (tile &* k &+ block &* 16)).loadUnaligned(
        as: SIMD16<Int32>.self)
      var bit: Int32 = 0
      // A side of 1 has no windows, and no pool.
      for i in 0..<side >> 1 {
        for j in 0..<side >> 1 {
          let (row, column) = (top >> 1 &+ i, left >> 1 &+ j)
          let inside = row < height && column < width
          let g = inside ? start.lanes(at: (row &* width &+ column) &* k) : .zero
          let corner = delta + (2 &* i &* side &+ 2 &* j) &* 16
          let (a, b) = (PoolCode.select(g, word, bit: bit), PoolCode.select(g, word, bit: bit &+ 1))
          let c = PoolCode.select(g, word, bit: bit &+ 2)
          let d = PoolCode.select(g, word, bit: bit &+ 3)
          corner.store(a)
          corner.store(b, at: 16)
          corner.store(c, at: side &* 16)
          corner.store(d, at: side &* 16 &+ 16)
          sum += (a + b) + (c + d)
          bit &+= 4
        }
      }
      return sum
    }
    guard case .rectified(let output) = source else { return sum }
    let here = gradient + (image &* shape.mapCount &+ block &* 16)
    let values = output + (kept &* shape.mapCount &+ block &* 16)
    for i in 0..<side {
      for j in 0..<side {
        var g = Lanes.zero
        if top &+ i < shape.height, left &+ j < shape.width {
          let offset = ((top &+ i) &* shape.width &+ left &+ j) &* k
          g = here.lanes(at: offset).replacing(with: 0, where: values.lanes(at: offset) .<= 0)
        }
        delta.store(g, at: (i &* side &+ j) &* 16)
        sum += g
      }
    }
    return sum
  }
}
