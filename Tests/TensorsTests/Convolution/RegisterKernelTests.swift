// Products in registers: every element is one chain of fused multiply-adds in the order of the sum, so
// that its bytes do not depend on the block that it was computed in.

import Tensors
import Testing

struct RegisterKernelTests {
  static func normals(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, .probes)
    return stream.normals(count)
  }

  /// The numbers of rows are 1 to 26, so that every division into blocks occurs.
  @Test(arguments: [false, true])
  func rowsAreChainsOfMultiplyAdds(adds: Bool) {
    let (blocks, room) = (2, 40)
    let a = Self.normals(blocks * room * 16, seed: 1)
    let b = Self.normals(blocks * 16 * 32, seed: 2)
    let before = Self.normals(2 * room * 16, seed: 3)
    for rows in 1...26 {
      var c = before
      RegisterKernel.rows(
        rows, blocks: blocks, a, blockStride: room * 16, b, &c, half: room * 16, adds: adds)
      for half in 0..<2 {
        for row in 0..<room {
          for lane in 0..<16 {
            let place = (half * room + row) * 16 + lane
            if row < rows {
              let sum = (0..<blocks * 16).reduce(adds ? before[place] : 0) { sum, k in
                sum.addingProduct(
                  a[(k / 16 * room + row) * 16 + k % 16], b[k * 32 + half * 16 + lane])
              }
              #expect(c[place] == sum, "\(rows) rows: \(row), \(half), \(lane)")
            } else if row >= (rows + RegisterKernel.height - 1) / RegisterKernel.height
              * RegisterKernel.height
            {
              #expect(c[place] == before[place], "\(rows) rows: wrote to row \(row)")
            }
          }
        }
      }
    }
  }

  /// Half a panel has the bytes of the whole panel's first half, and nothing is written to the second half.
  @Test(arguments: [false, true])
  func halfPanelsAgreeWithWholePanels(adds: Bool) {
    let (blocks, room) = (2, 40)
    let a = Self.normals(blocks * room * 16, seed: 1)
    let b = Self.normals(blocks * 16 * 32, seed: 2)
    let before = Self.normals(2 * room * 16, seed: 3)
    for rows in 1...26 {
      var (whole, half) = (before, before)
      RegisterKernel.rows(
        rows, blocks: blocks, a, blockStride: room * 16, b, &whole, half: room * 16, adds: adds)
      RegisterKernel.halfRows(
        rows, blocks: blocks, a, blockStride: room * 16, b, &half, adds: adds)
      #expect(half[..<(rows * 16)] == whole[..<(rows * 16)])
      #expect(half[(room * 16)...] == before[(room * 16)...])
    }
    for rows in [1, 2, 7, 16] {
      var (whole, half) = (before, before)
      RegisterKernel.columns(rows, a, b, bHalf: rows * 16, &whole, adds: adds)
      RegisterKernel.halfColumns(rows, a, b, &half, adds: adds)
      for place in 0..<512 {
        #expect(half[place] == (place % 32 < 16 ? whole : before)[place])
      }
    }
  }

  @Test(arguments: [false, true])
  func columnsAreChainsOfMultiplyAdds(adds: Bool) {
    for rows in [1, 2, 7, 16] {
      let a = Self.normals(rows * 16, seed: 4)
      let b = Self.normals(rows * 32, seed: 5)
      let before = Self.normals(16 * 32, seed: 6)
      var c = before
      RegisterKernel.columns(rows, a, b, bHalf: rows * 16, &c, adds: adds)
      for column in 0..<16 {
        for lane in 0..<32 {
          let place = column * 32 + lane
          let sum = (0..<rows).reduce(adds ? before[place] : 0) { sum, row in
            sum.addingProduct(
              a[row * 16 + column], b[(lane / 16 * rows + row) * 16 + lane % 16])
          }
          #expect(c[place] == sum, "\(rows) rows: \(column), \(lane)")
        }
      }
    }
  }
}
