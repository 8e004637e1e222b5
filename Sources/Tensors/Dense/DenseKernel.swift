/// C [rows, B's width] (+)= A · B + bias in blocks of sums that stay in registers: up to 8 rows by 32
/// columns with AVX-512, by 16 with narrower registers. Rows are cut into blocks of nearly equal height
/// (49 rows are seven blocks of seven): a block of one or two rows would wait for the latency of its few sums.
///
/// Each element is one chain of fused multiply-adds in the order of the sum, from C or 0 plus the bias,
/// whatever block it is computed in. Without fused multiply-adds products are BLAS's.
struct DenseKernel {
  let a: UnsafePointer<Float>
  /// Floats from A's element of one row of C to that of the next, and from one term of the sum to the next.
  let row: Int, step: Int
  let b: Panels
  let c: UnsafeMutablePointer<Float>
  let cStride: Int
  let rows: Int
  let bias: UnsafePointer<Float>?
  let adds: Bool

  /// A by rows: `step` is 1.
  @inline(never)
  func product() { eachPanel(row: row, step: 1) }

  /// A by columns: `row` is 1.
  @inline(never)
  func transposedProduct() { eachPanel(row: 1, step: step) }

  @inline(__always)
  private func eachPanel(row: Int, step: Int) {
    guard BuildTarget.fusedLanes > 0 else { return leaveToBLAS() }
    var column = 0
    while column < b.width {
      let left = b.width &- column
      if BuildTarget.fusedLanes >= 16, left > 16 {
        eachBlock(Row32.self, row: row, step: step, column: column)
        column &+= 32
      } else {
        eachBlock(Row16.self, row: row, step: step, column: column)
        column &+= 16
      }
    }
  }

  /// Rows of sums that fit the registers beside a row of B and a factor.
  @inline(__always)
  private static var greatestHeight: Int {
    BuildTarget.fusedLanes >= 16 ? 8 : BuildTarget.fusedLanes == 8 ? 6 : 4
  }

  @inline(__always)
  private func eachBlock<Row: SumRow>(_: Row.Type, row: Int, step: Int, column: Int) {
    let blocks = (rows &+ Self.greatestHeight &- 1) / Self.greatestHeight
    var (first, block) = (0, 0)
    while block < blocks {
      let height = (rows &- first) / (blocks &- block)
      let place = Place(row: row, step: step, first: first, column: column)
      switch height {
      case 1: compute(One<Row>.self, place)
      case 2: compute(Two<Row>.self, place)
      case 3: compute(Three<Row>.self, place)
      case 4: compute(Four<Row>.self, place)
      case 5: compute(Five<Row>.self, place)
      case 6: compute(Six<Row>.self, place)
      case 7: compute(Seven<Row>.self, place)
      default: compute(Eight<Row>.self, place)
      }
      first &+= height
      block &+= 1
    }
  }

  /// A block's first row and column of C, and the strides of A.
  private struct Place {
    let row: Int, step: Int
    let first: Int, column: Int
  }

  @inline(__always)
  private func compute<Block: SumBlock>(_: Block.Type, _ place: Place) {
    let width = min(Block.Row.width, b.width &- place.column)
    let c = c + (place.first &* cStride &+ place.column)
    let bias = bias.map { $0 + place.column }
    if width == Block.Row.width {
      var block = adds ? Block(c, stride: cStride) : Block()
      if let bias { block.add(Block.Row(bias)) }
      add(to: &block, place, width: width)
      block.store(c, stride: cStride)
    } else {
      // The last columns go through a block of memory as wide as the registers.
      let (full, count) = (Block.Row.width, Block.height &* Block.Row.width)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { memory in
        guard let room = memory.baseAddress else { return }
        room.initialize(repeating: 0, count: count)
        for r in 0..<Block.height {
          for i in 0..<width {
            room[r &* full &+ i] = (adds ? c[r &* cStride &+ i] : 0) + (bias?[i] ?? 0)
          }
        }
        var block = Block(room, stride: full)
        add(to: &block, place, width: width)
        block.store(room, stride: full)
        for r in 0..<Block.height {
          (c + r &* cStride).update(from: room + r &* full, count: width)
        }
      }
    }
  }

  /// Adds all terms of the sum.
  @inline(__always)
  private func add<Block: SumBlock>(to block: inout Block, _ place: Place, width: Int) {
    var a = a + place.first &* place.row
    var row = panel(place.column)
    let whole = wholeRows(place.column, Block.Row.width)
    var term = 0
    while term < whole {
      block.add(a, stride: place.row, Block.Row(row))
      a += place.step
      row += b.step
      term &+= 1
    }
    guard term < b.depth else { return }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: Block.Row.width) { memory in
      guard let room = memory.baseAddress else { return }
      room.initialize(repeating: 0, count: Block.Row.width)
      while term < b.depth {
        room.update(from: row, count: width)
        block.add(a, stride: place.row, Block.Row(room))
        a += place.step
        row += b.step
        term &+= 1
      }
    }
  }

  @inline(__always)
  private func panel(_ column: Int) -> UnsafePointer<Float> {
    b.start + (column / Panels.width &* b.panelStride &+ column % Panels.width)
  }

  /// Rows of B of which `width` floats may be read from `column` on. Where B has fewer columns, reading goes
  /// on into the next row, and in the last rows it would leave B's memory.
  @inline(__always)
  private func wholeRows(_ column: Int, _ width: Int) -> Int {
    let beyond = column &+ width &- b.width
    if b.isPadded || beyond <= 0 { return b.depth }
    return max(0, b.depth &- (beyond &+ b.step &- 1) / b.step)
  }

  private func leaveToBLAS() {
    for r in 0..<rows {
      for i in 0..<b.width {
        c[r * cStride + i] = (adds ? c[r * cStride + i] : 0) + (bias?[i] ?? 0)
      }
    }
    guard rows > 0, b.depth > 0 else { return }
    let transposes = step != 1
    var column = 0
    while column < b.width {
      BLAS.gemm(
        transposeA: transposes, m: rows, n: min(Panels.width, b.width - column), k: b.depth, a,
        lda: transposes ? step : row, panel(column), ldb: b.step, beta: 1, c + column,
        ldc: cStride)
      column += Panels.width
    }
  }
}
