// Products with half a panel, sixteen columns of C instead of 32: in layers of sixteen channels the other half would be
// computed for nothing. They are separate functions, so that they do not change which registers whole panels get.

extension RegisterKernel {
  /// C [rows, 16] (+)= A [rows, 16·blocks] · the first half of B [16·blocks, 32]: bit for bit what `rows`
  /// computes there.
  ///
  /// Parameters are those of `rows`.
  @inline(never)
  package static func halfRows(
    _ rows: Int, blocks: Int, _ a: UnsafePointer<Float>, blockStride: Int,
    _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, adds: Bool
  ) {
    if BuildTarget.fusedLanes >= 16 {
      halfRows(Block8x16.self, rows, blocks, a, blockStride, b, c, adds)
    } else {
      halfRows(Block4x16.self, rows, blocks, a, blockStride, b, c, adds)
    }
  }

  @inline(__always)
  private static func halfRows<Block: NarrowBlock>(
    _: Block.Type, _ rows: Int, _ blocks: Int, _ a: UnsafePointer<Float>, _ blockStride: Int,
    _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ adds: Bool
  ) {
    var row = 0
    while row < rows {
      let c = c + row &* 16
      var sums = adds ? Block(c, step: 16) : Block()
      var (a, b, block) = (a + row &* 16, b, 0)
      while block < blocks {
        var column = 0
        while column < 16 {
          sums.add(a + column, step: 16, b.lanes)
          b += 32
          column &+= 1
        }
        a += blockStride
        block &+= 1
      }
      sums.store(c, step: 16)
      row &+= Block.rows
    }
  }

  /// The first half of C [16, 32] (+)= Aᵀ · B, the sum running over `rows` rows of A [rows, 16] and B [rows, 16]: bit for
  /// bit what `columns` computes there.
  @inline(never)
  package static func halfColumns(
    _ rows: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ c: UnsafeMutablePointer<Float>, adds: Bool
  ) {
    if BuildTarget.fusedLanes >= 16 {
      halfColumns(Block8x16.self, rows, a, b, c, adds)
    } else {
      halfColumns(Block4x16.self, rows, a, b, c, adds)
    }
  }

  @inline(__always)
  private static func halfColumns<Block: NarrowBlock>(
    _: Block.Type, _ rows: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ c: UnsafeMutablePointer<Float>, _ adds: Bool
  ) {
    var column = 0
    while column < 16 {
      let (a, c) = (a + column, c + column &* 32)
      var sums = adds ? Block(c, step: 32) : Block()
      var row = 0
      while row < rows {
        sums.add(a + row &* 16, step: 1, (b + row &* 16).lanes)
        row &+= 1
      }
      sums.store(c, step: 32)
      column &+= Block.rows
    }
  }
}
