// Transforms of input maps, and their adjoint: V = Bᵀ d B.

extension WinogradForm {
  static func input(
    _ map: UnsafePointer<Float>, channels: Int, _ tiling: MapTiling,
    _ tiles: MapTiling.Group, blocks: Range<Int>, into v: WinogradLayout
  ) {
    let row = tiling.inputWidth &* channels
    let prefetch = MapPrefetch(
      tiling, width: tiling.inputWidth, channels: channels, side: step)
    eachTile(tiling, tiles, blocks: blocks) { block, tile, cursor, scratch in
      let half = scratch
      let clipped = scratch + inputs &* frequencies &* 16
      let (y, x) = cursor.corner(side: step, padding: Axis.padding)
      let image = map + (cursor.image &* tiling.inputHeight &* row + block &* 16)
      prefetch.read(image + ((y &+ Axis.shared) &* row &+ (x &+ Axis.shared) &* channels))
      let corner = image + (y &* row &+ x &* channels)
      if y >= 0, x >= 0, y &+ inputs <= tiling.inputHeight, x &+ inputs <= tiling.inputWidth {
        for j in 0..<inputs {
          Axis.input(corner + j &* channels, row, half + j &* 16, inputs &* 16)
        }
      } else {
        for j in 0..<inputs {
          let isColumn = x &+ j >= 0 && x &+ j < tiling.inputWidth
          for i in 0..<inputs {
            let isInside = isColumn && y &+ i >= 0 && y &+ i < tiling.inputHeight
            clipped.store(
              isInside ? corner.lanes(at: i &* row &+ j &* channels) : .zero, at: i &* 16)
          }
          Axis.input(clipped, 16, half + j &* 16, inputs &* 16)
        }
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
    let prefetch = MapPrefetch(
      tiling, width: tiling.inputWidth, channels: channels, side: step)
    eachTile(tiling, tiles, blocks: 0..<blocks) { block, tile, cursor, scratch in
      let half = scratch
      let pixels = scratch + inputs &* frequencies &* 16
      let source = UnsafePointer(v.start) + (block &* v.block &+ tile &* v.tile)
      for j in 0..<frequencies {
        Axis.inputAdjoint(
          source + j &* v.frequency, frequencies &* v.frequency, half + j &* 16,
          frequencies &* 16)
      }
      let (y, x) = cursor.corner(side: step, padding: Axis.padding)
      let offset = (first &+ block) &* 16
      let image = map + (cursor.image &* tiling.inputHeight &* row &+ offset)
      prefetch.write(image + ((y &+ Axis.shared) &* row &+ (x &+ Axis.shared) &* channels))
      let isTop = cursor.row == tiles.row && cursor.row > 0
      let (left, right) = (max(0, -x), min(inputs, tiling.inputWidth &- x))
      let new = cursor.column > 0 ? min(shared, right) : left
      for i in max(0, -y)..<min(inputs, tiling.inputHeight &- y) {
        Axis.inputAdjoint(half + i &* frequencies &* 16, 16, pixels, 16)
        let above = i < shared && cursor.row > 0
        let line = isTop && above ? halo + (i &* row &+ offset) : image + (y &+ i) &* row
        let target = line + x &* channels
        let isNew = !above || isTop
        for j in left..<(isNew ? new : right) {
          let place = j &* channels
          target.store(pixels.lanes(at: j &* 16) + target.lanes(at: place), at: place)
        }
        guard isNew else { continue }
        for j in new..<right { target.store(pixels.lanes(at: j &* 16), at: j &* channels) }
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
}
