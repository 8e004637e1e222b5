/// Source of a tile's δ, the gradient with respect to the map before ReLU and pool.
struct TileDelta {
  private enum Source {
    /// The gradient of a pooled output, and the codes of `TileEpilogue`.
    case pooled(codes: UnsafePointer<Int32>)
    /// The gradient of an output without pool, and that output.
    case rectified(output: UnsafePointer<Float>)
    /// The gradient of an output that nothing follows: it is δ.
    case plain
  }

  let shape: ConvolutionShape
  private let gradient: UnsafePointer<Float>
  private let source: Source
  /// Images of the forward pass; gradient number r·images + i belongs to its image i.
  private let images: Int
  private let tilesPerImage: Int

  /// - Parameters:
  ///   - gradient: with respect to the block's output [R·images, H', W', K]
  ///   - output: of a retaining forward pass of `images`; nil: nothing follows the convolution
  ///   - codes: of the same, if the block pools
  init(
    _ shape: ConvolutionShape, gradient: UnsafePointer<Float>, output: UnsafePointer<Float>?,
    codes: UnsafePointer<Int32>?, images: Int, tilesPerImage: Int
  ) {
    self.shape = shape
    self.gradient = gradient
    if shape.pools, let codes {
      source = .pooled(codes: codes)
    } else if let output {
      source = .rectified(output: output)
    } else {
      source = .plain
    }
    self.images = images
    self.tilesPerImage = tilesPerImage
  }

  /// Fills δ [side·side][16], zeros beyond the map, and returns the sum over positions: the bias's gradient, zero where
  /// there is no bias.
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
      let (width, height) = (shape.mapWidth >> 1, shape.mapHeight >> 1)
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
    let here = gradient + (image &* shape.mapCount &+ block &* 16)
    guard case .rectified(let output) = source else {
      for i in 0..<side {
        for j in 0..<side {
          let inside = top &+ i < shape.mapHeight && left &+ j < shape.mapWidth
          delta.store(
            inside ? here.lanes(at: ((top &+ i) &* shape.mapWidth &+ left &+ j) &* k) : .zero,
            at: (i &* side &+ j) &* 16)
        }
      }
      return sum
    }
    let values = output + (kept &* shape.mapCount &+ block &* 16)
    for i in 0..<side {
      for j in 0..<side {
        var g = Lanes.zero
        if top &+ i < shape.mapHeight, left &+ j < shape.mapWidth {
          let offset = ((top &+ i) &* shape.mapWidth &+ left &+ j) &* k
          g = here.lanes(at: offset).replacing(with: 0, where: values.lanes(at: offset) .<= 0)
        }
        delta.store(g, at: (i &* side &+ j) &* 16)
        sum += g
      }
    }
    return sum
  }

  /// Whether a tile's δ is the gradient in memory: nothing follows the convolution, and the tile lies within the map.
  @inline(__always)
  func isRead(side: Int, top: Int, left: Int) -> Bool {
    guard case .plain = source else { return false }
    return top &+ side <= shape.mapHeight && left &+ side <= shape.mapWidth
  }

  /// Requests for the gradient's pixels; nil: a pooled one has a quarter of them.
  @inline(__always)
  func prefetch(_ tiling: MapTiling, side: Int) -> MapPrefetch? {
    if case .pooled = source { return nil }
    return MapPrefetch(tiling, width: shape.mapWidth, channels: shape.outputs, side: side)
  }

  /// Place of the gradient's pixel at (`top`, `left`), where nothing is pooled.
  @inline(__always)
  func pixel(image: Int, top: Int, left: Int, block: Int) -> UnsafePointer<Float> {
    gradient
      + (image &* shape.mapCount &+ (top &* shape.mapWidth &+ left) &* shape.outputs
        &+ block &* 16)
  }
}
