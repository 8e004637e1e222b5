// Transforms of maps, each axis in turn, sixteen channels at a time.

extension WinogradForm {
  private static var inputs: Int { Axis.inputs }
  private static var outputs: Int { Axis.outputs }
  private static var frequencies: Int { Axis.frequencies }
  /// Inputs from one tile's corner to the next one's.
  private static var step: Int { outputs &* Axis.stride }

  static func input(
    _ map: UnsafePointer<Float>, channels: Int, _ tiling: MapTiling,
    _ tiles: MapTiling.Group, blocks: Range<Int>, into v: WinogradLayout
  ) {
    let row = tiling.inputWidth &* channels
    eachTile(tiling, tiles, blocks: blocks) { block, tile, cursor, scratch in
      let pixels = scratch
      let half = scratch + inputs &* inputs &* 16
      let (y, x) = cursor.corner(side: step, padding: Axis.padding)
      let image = map + (cursor.image &* tiling.inputHeight &* row + block &* 16)
      var (source, down, across) = (UnsafePointer(pixels), inputs &* 16, 16)
      if y >= 0, x >= 0, y &+ inputs <= tiling.inputHeight, x &+ inputs <= tiling.inputWidth {
        (source, down, across) = (image + (y &* row &+ x &* channels), row, channels)
      } else {
        for i in 0..<inputs {
          for j in 0..<inputs {
            let (y, x) = (y &+ i, x &+ j)
            let inside = y >= 0 && y < tiling.inputHeight && x >= 0 && x < tiling.inputWidth
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

  static func inputAdjoint(
    _ v: WinogradLayout, channels: Int, _ tiling: MapTiling, _ tiles: MapTiling.Group,
    blocks: Int, first: Int, into map: UnsafeMutablePointer<Float>,
    halo: UnsafeMutablePointer<Float>
  ) {
    let row = tiling.inputWidth &* channels
    // Tiles of an axis share this many inputs with their neighbours.
    let shared = Axis.shared
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
      let (y, x) = cursor.corner(side: step, padding: Axis.padding)
      let offset = (first &+ block) &* 16
      let image = map + (cursor.image &* tiling.inputHeight &* row &+ offset)
      let isTop = cursor.row == tiles.row && cursor.row > 0
      for i in 0..<inputs where y &+ i >= 0 && y &+ i < tiling.inputHeight {
        let above = i < shared && cursor.row > 0
        let target = isTop && above ? halo + (i &* row &+ offset) : image + (y &+ i) &* row
        for j in 0..<inputs where x &+ j >= 0 && x &+ j < tiling.inputWidth {
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

  static func addHalo(
    _ halo: UnsafePointer<Float>, channels: Int, _ tiling: MapTiling,
    _ tiles: MapTiling.Group, into map: UnsafeMutablePointer<Float>
  ) {
    guard tiles.row > 0 else { return }
    let row = tiling.inputWidth &* channels
    for i in 0..<Axis.shared {
      let y = tiles.row &* step &- Axis.padding &+ i
      guard y < tiling.inputHeight else { continue }
      Reductions.addRows(
        halo + i &* row, rows: 1, columns: row,
        into: map + (tiles.image &* tiling.inputHeight &+ y) &* row)
    }
  }

  static func output(
    _ m: WinogradLayout, _ tiling: MapTiling, _ tiles: MapTiling.Group, blocks: Int,
    first: Int, _ epilogue: TileEpilogue
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
      let (top, left) = cursor.corner(side: outputs)
      epilogue.finish(
        y, side: outputs, image: cursor.image, top: top, left: left, tile: tiles.first &+ tile,
        block: first &+ block)
    }
  }

  static func outputAdjoint(
    _ delta: TileDelta, _ tiling: MapTiling, _ tiles: MapTiling.Group,
    blocks: Range<Int>, into m: WinogradLayout, bias: UnsafeMutablePointer<Float>?
  ) {
    eachTile(tiling, tiles, blocks: blocks) { block, tile, cursor, scratch in
      let values = scratch
      let half = scratch + outputs &* outputs &* 16
      let (top, left) = cursor.corner(side: outputs)
      let sum = delta.fill(
        values, side: outputs, image: cursor.image, top: top, left: left,
        tile: tiles.first &+ tile, block: block)
      if let bias { bias.store(bias.lanes(at: block &* 16) + sum, at: block &* 16) }
      for j in 0..<outputs {
        Axis.outputAdjoint(values + j &* 16, outputs &* 16, half + j &* 16, outputs &* 16)
      }
      let target = m.start + (block &* m.block &+ tile &* m.tile)
      for i in 0..<frequencies {
        Axis.outputAdjoint(
          half + i &* outputs &* 16, 16, target + i &* frequencies &* m.frequency, m.frequency)
      }
    }
  }

  static func preactivation(
    _ delta: TileDelta, _ tiling: MapTiling, image: Int, rows: Range<Int>,
    into map: UnsafeMutablePointer<Float>
  ) {
    let k = delta.shape.outputs
    let tiles = MapTiling.Group(
      index: 0, image: image, row: rows.lowerBound,
      first: image &* tiling.tilesPerImage &+ rows.lowerBound &* tiling.columns,
      count: rows.count &* tiling.columns)
    eachTile(tiling, tiles, blocks: 0..<k / 16) { block, tile, cursor, scratch in
      let (top, left) = cursor.corner(side: outputs)
      _ = delta.fill(
        scratch, side: outputs, image: image, top: top, left: left, tile: tiles.first &+ tile,
        block: block)
      let first = top &- rows.lowerBound &* outputs
      for i in 0..<outputs where top &+ i < tiling.height {
        for j in 0..<outputs where left &+ j < tiling.width {
          map.store(
            scratch.lanes(at: (i &* outputs &+ j) &* 16),
            at: ((first &+ i) &* tiling.width &+ left &+ j) &* k &+ block &* 16)
        }
      }
    }
  }

  /// Calls `body` for each block and tile, tiles running faster, with scratch for two stages.
  @inline(__always)
  private static func eachTile(
    _ tiling: MapTiling, _ tiles: MapTiling.Group, blocks: Range<Int>,
    _ body: (
      _ block: Int, _ tile: Int, MapTiling.Cursor, _ scratch: UnsafeMutablePointer<Float>
    ) -> Void
  ) {
    let most = max(inputs, frequencies)
    withUnsafeTemporaryAllocation(byteCount: 2 * most * most * 64, alignment: 64) { memory in
      guard let scratch = memory.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
      let start = MapTiling.Cursor(image: tiles.image, row: tiles.row, column: 0)
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
