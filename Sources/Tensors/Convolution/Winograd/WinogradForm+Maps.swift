// What the transforms of maps have in common: they apply each axis in turn, to sixteen channels of a tile at a time.

extension WinogradForm {
  static var inputs: Int { Axis.inputs }
  static var outputs: Int { Axis.outputs }
  static var frequencies: Int { Axis.frequencies }
  /// Inputs from one tile's corner to the next one's.
  static var step: Int { outputs &* Axis.stride }

  /// Calls `body` for each block and tile, tiles running faster, with scratch for two stages.
  @inline(__always)
  static func eachTile(
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
