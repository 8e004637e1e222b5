/// Products of a first layer, three channels in: 27 taps are too few for minimal filtering or im2col to
/// pay, and enough for sums to stay in registers.
///
/// The input is a band of padded rows, [6][stride] floats, pixels of three channels: tile row t's
/// outputs have their top left tap at its start.
enum FirstLayerKernel {
  /// y [2][16][16], halves of 32 filters at the 4×4 positions of a tile.
  ///
  /// - Parameters:
  ///   - a: the tile's top left tap
  ///   - w: [3][9][width] of one panel, width 16 or 32
  static func tile(
    _ a: UnsafePointer<Float>, stride: Int, _ w: UnsafePointer<Float>, width: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    // Half a panel is computed twice: its second half is ignored.
    let half = width - 16
    for rows in 0..<2 {
      let (a, y) = (a + 2 &* rows &* stride, y + rows &* 128)
      if BuildTarget.fusedLanes >= 16 {
        var (top, bottom) = (Block4x32(), Block4x32())
        eachTap(stride: stride) { pixel, tap in
          let (low, high) = ((w + tap &* width).lanes, (w + tap &* width + half).lanes)
          top.add(a + pixel, step: 3, low, high)
          bottom.add(a + pixel + stride, step: 3, low, high)
        }
        top.store(y, y + 256, step: 16)
        bottom.store(y + 64, y + 320, step: 16)
      } else {
        for part in 0..<4 {
          let (row, side) = (part >> 1, part & 1)
          var block = Block4x16()
          eachTap(stride: stride) { pixel, tap in
            block.add(
              a + (pixel &+ row &* stride), step: 3, (w + (tap &* width &+ side &* half)).lanes)
          }
          block.store(y + (row &* 64 &+ side &* 256), step: 16)
        }
      }
    }
  }

  /// Calls `body` with each tap's place in the input and its row of the packed weights.
  @inline(__always)
  private static func eachTap(stride: Int, _ body: (_ pixel: Int, _ tap: Int) -> Void) {
    for r in 0..<3 {
      for s in 0..<3 {
        for c in 0..<3 { body(r &* stride &+ s &* 3 &+ c, c &* 9 &+ r &* 3 &+ s) }
      }
    }
  }

  /// dW [3][9][32], in the order kernel row, column, channel, += the sum over a row of tiles of
  /// pixel · δ.
  ///
  /// - Parameters:
  ///   - a: the first tile's top left tap
  ///   - delta: [tiles][2][16][16], halves of 32 filters at each tile's positions
  static func gradient(
    _ a: UnsafePointer<Float>, stride: Int, tiles: Int, _ delta: UnsafePointer<Float>,
    into w: UnsafeMutablePointer<Float>
  ) {
    for r in 0..<3 {
      var block = Block9x32(w + r &* 288)
      for tile in 0..<tiles {
        for i in 0..<4 {
          let pixels = a + ((r &+ i) &* stride &+ tile &* 12)
          let d = delta + (tile &* 512 &+ i &* 64)
          for j in 0..<4 {
            block.add(pixels + j &* 3, d.lanes(at: j &* 16), d.lanes(at: j &* 16 &+ 256))
          }
        }
      }
      block.store(w + r &* 288)
    }
  }
}
