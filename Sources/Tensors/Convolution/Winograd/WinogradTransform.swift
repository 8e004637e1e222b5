/// The two-dimensional transforms of maps, each axis in turn, sixteen channels at a time.
///
/// Maps are NHWC. `tiles` says which tiles, `blocks` which sixteens of channels.
enum WinogradTransform<Axis: WinogradAxis> {
  private static var inputs: Int { Axis.inputs }
  private static var outputs: Int { Axis.outputs }
  private static var frequencies: Int { Axis.frequencies }

  /// V = Bᵀ d B of a map's tiles.
  static func input(
    _ map: UnsafePointer<Float>, channels: Int, _ tiling: WinogradTiling,
    _ tiles: WinogradTiling.Group, blocks: Range<Int>, into v: WinogradLayout
  ) {
    let row = tiling.width &* channels
    eachTile(tiling, tiles, blocks: blocks) { block, tile, cursor, scratch in
      let pixels = scratch
      let half = scratch + inputs &* inputs &* 16
      let (y, x) = cursor.corner(Axis.padding)
      let image = map + (cursor.image &* tiling.height &* row + block &* 16)
      var (source, down, across) = (UnsafePointer(pixels), inputs &* 16, 16)
      if y >= 0, x >= 0, y &+ inputs <= tiling.height, x &+ inputs <= tiling.width {
        (source, down, across) = (image + (y &* row &+ x &* channels), row, channels)
      } else {
        for i in 0..<inputs {
          for j in 0..<inputs {
            let (y, x) = (y &+ i, x &+ j)
            let inside = y >= 0 && y < tiling.height && x >= 0 && x < tiling.width
            pixels.store(
              inside ? image.lanes(at: y &* row &+ x &* channels) : .zero,
              at: (i &* inputs &+ j) &* 16)
          }
        }
      }
      for j in 0..<inputs {
        Axis.input(source + j &* across, down, half + j &* 16, inputs &* 16)
      }
      let target = v.start + (block &* v.block &+ tile &* v.tile)
      for i in 0..<frequencies {
        Axis.input(
          half + i &* inputs &* 16, 16, target + i &* frequencies &* v.frequency, v.frequency)
      }
    }
  }

  /// The adjoint of `input`: map gradient = Σ over tiles of B dV Bᵀ, where they overlap in the map.
  ///
  /// Tiles come in reading order, so a pixel's first tile can store where later ones add. What a
  /// group's first row of tiles adds to rows of the map that belong to the group above is left in
  /// `halo`, so that groups do not wait for each other.
  ///
  /// - Parameters:
  ///   - first: the map's channel block that the layout's block 0 holds
  ///   - halo: rows [inputs − outputs][W][channels], used if the group does not start its image
  static func inputAdjoint(
    _ v: WinogradLayout, channels: Int, _ tiling: WinogradTiling, _ tiles: WinogradTiling.Group,
    blocks: Int, first: Int, into map: UnsafeMutablePointer<Float>,
    halo: UnsafeMutablePointer<Float>
  ) {
    let row = tiling.width &* channels
    // Tiles of an axis share this many inputs with their neighbours.
    let shared = inputs &- outputs
    eachTile(tiling, tiles, blocks: 0..<blocks) { block, tile, cursor, scratch in
      let half = scratch
      let pixels = scratch + inputs &* frequencies &* 16
      let source = UnsafePointer(v.start) + (block &* v.block &+ tile &* v.tile)
      for j in 0..<frequencies {
        Axis.inputAdjoint(
          source + j &* v.frequency, frequencies &* v.frequency, half + j &* 16,
          frequencies &* 16)
      }
      for i in 0..<inputs {
        Axis.inputAdjoint(
          half + i &* frequencies &* 16, 16, pixels + i &* inputs &* 16, 16)
      }
      let (y, x) = cursor.corner(Axis.padding)
      let offset = (first &+ block) &* 16
      let image = map + (cursor.image &* tiling.height &* row &+ offset)
      let isTop = cursor.row == tiles.row && cursor.row > 0
      for i in 0..<inputs where y &+ i >= 0 && y &+ i < tiling.height {
        let above = i < shared && cursor.row > 0
        let target = isTop && above ? halo + (i &* row &+ offset) : image + (y &+ i) &* row
        for j in 0..<inputs where x &+ j >= 0 && x &+ j < tiling.width {
          let place = (x &+ j) &* channels
          var value = pixels.lanes(at: (i &* inputs &+ j) &* 16)
          if (above && !isTop) || (j < shared && cursor.column > 0) {
            value += target.lanes(at: place)
          }
          target.store(value, at: place)
        }
      }
    }
  }

  /// Adds a group's halo to the map, once all groups are done.
  static func addHalo(
    _ halo: UnsafePointer<Float>, channels: Int, _ tiling: WinogradTiling,
    _ tiles: WinogradTiling.Group, into map: UnsafeMutablePointer<Float>
  ) {
    guard tiles.row > 0 else { return }
    let row = tiling.width &* channels
    for i in 0..<inputs &- outputs {
      let y = tiles.row &* outputs &- Axis.padding &+ i
      guard y < tiling.height else { continue }
      Reductions.addRows(
        halo + i &* row, rows: 1, columns: row,
        into: map + (tiles.image &* tiling.height &+ y) &* row)
    }
  }

  /// y = Aᵀ M A of each tile, [m·m][16], given to `body` with its place.
  @inline(__always)
  static func output(
    _ m: WinogradLayout, _ tiling: WinogradTiling, _ tiles: WinogradTiling.Group, blocks: Int,
    _ body: (_ block: Int, _ tile: Int, _ cursor: Cursor, _ y: UnsafePointer<Float>) -> Void
  ) {
    eachTile(tiling, tiles, blocks: 0..<blocks) { block, tile, cursor, scratch in
      let half = scratch
      let y = scratch + outputs &* frequencies &* 16
      let source = UnsafePointer(m.start) + (block &* m.block &+ tile &* m.tile)
      for j in 0..<frequencies {
        Axis.output(
          source + j &* m.frequency, frequencies &* m.frequency, half + j &* 16,
          frequencies &* 16)
      }
      for i in 0..<outputs {
        Axis.output(half + i &* frequencies &* 16, 16, y + i &* outputs &* 16, 16)
      }
      body(block, tile, cursor, y)
    }
  }

  /// The adjoint of `output`: dM = A δ Aᵀ, where `body` fills δ [m·m][16] of each tile.
  @inline(__always)
  static func outputAdjoint(
    _ tiling: WinogradTiling, _ tiles: WinogradTiling.Group, blocks: Range<Int>,
    into m: WinogradLayout,
    _ body: (_ block: Int, _ tile: Int, _ cursor: Cursor, _ delta: UnsafeMutablePointer<Float>)
      -> Void
  ) {
    eachTile(tiling, tiles, blocks: blocks) { block, tile, cursor, scratch in
      let delta = scratch
      let half = scratch + outputs &* outputs &* 16
      body(block, tile, cursor, delta)
      for j in 0..<outputs {
        Axis.outputAdjoint(delta + j &* 16, outputs &* 16, half + j &* 16, outputs &* 16)
      }
      let target = m.start + (block &* m.block &+ tile &* m.tile)
      for i in 0..<frequencies {
        Axis.outputAdjoint(
          half + i &* outputs &* 16, 16, target + i &* frequencies &* m.frequency, m.frequency)
      }
    }
  }

  /// A tile's place in the batch.
  struct Cursor {
    var image: Int
    var row: Int
    var column: Int

    /// The first input (padding 1) or output (padding 0) that the tile covers.
    @inline(__always)
    func corner(_ padding: Int) -> (y: Int, x: Int) {
      (row &* Axis.outputs &- padding, column &* Axis.outputs &- padding)
    }
  }

  /// Calls `body` for each block and tile, tiles running faster, with scratch for two stages.
  @inline(__always)
  static func eachTile(
    _ tiling: WinogradTiling, _ tiles: WinogradTiling.Group, blocks: Range<Int>,
    _ body: (Int, Int, Cursor, UnsafeMutablePointer<Float>) -> Void
  ) {
    let most = max(inputs, frequencies)
    withUnsafeTemporaryAllocation(byteCount: 2 * most * most * 64, alignment: 64) { memory in
      guard let scratch = memory.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
      let start = Cursor(image: tiles.image, row: tiles.row, column: 0)
      for block in blocks {
        var cursor = start
        for tile in 0..<tiles.count {
          body(block, tile, cursor, scratch)
          cursor.column &+= 1
          if cursor.column == tiling.columns {
            cursor.column = 0
            cursor.row &+= 1
            if cursor.row == tiling.rows { (cursor.row, cursor.image) = (0, cursor.image &+ 1) }
          }
        }
      }
    }
  }
}
