/// Products whose sums stay in registers: a block of C, 8 rows by 32 columns, is 16 AVX-512
/// registers, fed by 2 loads and 8 broadcasts a step; with half the register width, 6 by 16 in 12 of the
/// 16 registers. Each element's sum runs in the same order whatever the block.
///
/// Layouts: the operand whose elements are broadcast, A, lies in blocks of 16 columns,
/// [block][row][16], so that a walk along rows or columns touches no more lines than it uses and no
/// power-of-two stride arises. B and C have columns in two halves of 16, each with a place of its own.
package enum RegisterKernel {
  /// Callers leave room for C's rows up to a multiple of this.
  package static let height = 8

  /// C [rows, 32] (+)= A [rows, 16·blocks] · B [16·blocks, 32].
  ///
  /// - Parameters:
  ///   - a: [blocks][…][16], `blockStride` floats from block to block. Up to seven rows past the
  ///     last are read, and the corresponding rows of C are written.
  ///   - b: [16·blocks][32]
  ///   - c: rows of 16 at `c` and at `c + half`
  ///   - adds: whether C's values are added to
  @inline(__always)
  package static func rows(
    _ rows: Int, blocks: Int, _ a: UnsafePointer<Float>, blockStride: Int,
    _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, half: Int, adds: Bool
  ) {
    var row = 0
    while row < rows {
      let (a, c) = (a + row &* 16, c + row &* 16)
      if BuildTarget.fusedLanes >= 16 {
        if rows &- row > 4 {
          var block = adds ? Block8x32(c, c + half, step: 16) : Block8x32()
          walk(a, blocks, blockStride, b) { block.add($0, step: 16, $1.lanes, ($1 + 16).lanes) }
          block.store(c, c + half, step: 16)
          row &+= 8
        } else {
          var block = adds ? Block4x32(c, c + half, step: 16) : Block4x32()
          walk(a, blocks, blockStride, b) { block.add($0, step: 16, $1.lanes, ($1 + 16).lanes) }
          block.store(c, c + half, step: 16)
          row &+= 4
        }
      } else {
        let left = rows &- row
        // Seven and eight are two fours: a four behind a six would reach beyond the eighth.
        if isSixHigh, left > 4, left != 7, left != 8 {
          narrowRows(Block6x16.self, blocks, a, blockStride, b, c, half: half, adds: adds)
          row &+= Block6x16.rows
        } else {
          narrowRows(Block4x16.self, blocks, a, blockStride, b, c, half: half, adds: adds)
          row &+= Block4x16.rows
        }
      }
    }
  }

  /// A few rows of C, its halves one after the other.
  @inline(__always)
  private static func narrowRows<Block: NarrowBlock>(
    _: Block.Type, _ blocks: Int, _ a: UnsafePointer<Float>, _ blockStride: Int,
    _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, half: Int, adds: Bool
  ) {
    var low = adds ? Block(c, step: 16) : Block()
    walk(a, blocks, blockStride, b) { low.add($0, step: 16, $1.lanes) }
    low.store(c, step: 16)
    var high = adds ? Block(c + half, step: 16) : Block()
    walk(a, blocks, blockStride, b) { high.add($0, step: 16, ($1 + 16).lanes) }
    high.store(c + half, step: 16)
  }

  /// Whether six rows of sums fit the registers with half a row of B and a scalar, and four would leave
  /// them idle: with sixteen registers of eight floats.
  @inline(__always) private static var isSixHigh: Bool { BuildTarget.fusedLanes == 8 }

  /// Calls `step` with the column of A and the row of B that belong together, for each in turn.
  @inline(__always)
  private static func walk(
    _ a: UnsafePointer<Float>, _ blocks: Int, _ blockStride: Int, _ b: UnsafePointer<Float>,
    _ step: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void
  ) {
    var (a, b, block) = (a, b, 0)
    while block < blocks {
      var column = 0
      while column < 16 {
        step(a + column, b)
        b += 32
        column &+= 1
      }
      a += blockStride
      block &+= 1
    }
  }

  /// C [16, 32] (+)= Aᵀ · B, the sum running over `rows` rows of A [rows, 16] and B [rows, 32].
  ///
  /// - Parameters:
  ///   - b: halves [rows][16] at `b` and at `b + bHalf`
  ///   - c: [16][32]
  ///   - adds: whether C's values are added to
  @inline(__always)
  package static func columns(
    _ rows: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, bHalf: Int,
    _ c: UnsafeMutablePointer<Float>, adds: Bool
  ) {
    let second = b + bHalf
    if BuildTarget.fusedLanes >= 16 {
      var column = 0
      while column < 16 {
        let (a, c) = (a + column, c + column &* 32)
        var block = adds ? Block8x32(c, c + 16, step: 32) : Block8x32()
        var row = 0
        while row < rows {
          let offset = row &* 16
          block.add(a + offset, step: 1, (b + offset).lanes, (second + offset).lanes)
          row &+= 1
        }
        block.store(c, c + 16, step: 32)
        column &+= 8
      }
    } else {
      var column = 0
      if isSixHigh {
        while column < 12 {
          narrowColumns(
            Block6x16.self, rows, a + column, b, second, c + column &* 32, adds: adds)
          column &+= Block6x16.rows
        }
      }
      while column < 16 {
        narrowColumns(Block4x16.self, rows, a + column, b, second, c + column &* 32, adds: adds)
        column &+= Block4x16.rows
      }
    }
  }

  /// A few rows of C [16, 32], its halves one after the other.
  @inline(__always)
  private static func narrowColumns<Block: NarrowBlock>(
    _: Block.Type, _ rows: Int, _ a: UnsafePointer<Float>, _ first: UnsafePointer<Float>,
    _ second: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, adds: Bool
  ) {
    for half in 0..<2 {
      let (b, c) = (half == 0 ? first : second, c + half &* 16)
      var block = adds ? Block(c, step: 32) : Block()
      var row = 0
      while row < rows {
        block.add(a + row &* 16, step: 1, (b + row &* 16).lanes)
        row &+= 1
      }
      block.store(c, step: 32)
    }
  }
}
