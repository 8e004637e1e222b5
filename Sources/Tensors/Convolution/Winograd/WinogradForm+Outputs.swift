// Transforms of output maps, and their adjoint: y = Aᵀ M A.

extension WinogradForm {
  static func output(
    _ m: WinogradLayout, _ tiling: MapTiling, _ tiles: MapTiling.Group, blocks: Int,
    first: Int, _ epilogue: TileEpilogue
  ) {
    let prefetch = epilogue.prefetch(tiling, side: outputs)
    eachTile(tiling, tiles, blocks: 0..<blocks) { block, tile, cursor, scratch in
      let half = scratch
      let source = UnsafePointer(m.start) + (block &* m.block &+ tile &* m.tile)
      for j in 0..<frequencies {
        Axis.output(
          source + j &* m.frequency, frequencies &* m.frequency, half + j &* 16,
          frequencies &* 16)
      }
      let (top, left) = cursor.corner(side: outputs)
      let pixel = epilogue.pixel(
        image: cursor.image, top: top, left: left, block: first &+ block)
      prefetch?.write(pixel)
      if epilogue.stores(side: outputs, top: top, left: left) {
        let (k, row) = (epilogue.shape.outputs, epilogue.shape.mapWidth &* epilogue.shape.outputs)
        for i in 0..<outputs {
          Axis.output(half + i &* frequencies &* 16, 16, pixel + i &* row, k)
        }
      } else {
        let y = scratch + outputs &* frequencies &* 16
        for i in 0..<outputs {
          Axis.output(half + i &* frequencies &* 16, 16, y + i &* outputs &* 16, 16)
        }
        epilogue.finish(
          y, side: outputs, image: cursor.image, top: top, left: left,
          tile: tiles.first &+ tile, block: first &+ block)
      }
    }
  }

  static func outputAdjoint(
    _ delta: TileDelta, _ tiling: MapTiling, _ tiles: MapTiling.Group,
    blocks: Range<Int>, into m: WinogradLayout, bias: UnsafeMutablePointer<Float>?
  ) {
    let prefetch = delta.prefetch(tiling, side: outputs)
    eachTile(tiling, tiles, blocks: blocks) { block, tile, cursor, scratch in
      let half = scratch + outputs &* outputs &* 16
      let (top, left) = cursor.corner(side: outputs)
      let pixel = delta.pixel(image: cursor.image, top: top, left: left, block: block)
      prefetch?.read(pixel)
      var (values, down, across) = (UnsafePointer(scratch), outputs &* 16, 16)
      if delta.isRead(side: outputs, top: top, left: left) {
        (values, down, across) = (pixel, tiling.width &* delta.shape.outputs, delta.shape.outputs)
      } else {
        let sum = delta.fill(
          scratch, side: outputs, image: cursor.image, top: top, left: left,
          tile: tiles.first &+ tile, block: block)
        if let bias { bias.store(bias.lanes(at: block &* 16) + sum, at: block &* 16) }
      }
      for j in 0..<outputs {
        Axis.outputAdjoint(values + j &* across, down, half + j &* 16, outputs &* 16)
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
}
