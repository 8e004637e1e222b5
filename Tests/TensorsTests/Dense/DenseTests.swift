// Products of rows compared with naive loops in double precision, for sizes with every kind of remainder.

import Tensors
import Testing

struct DenseTests {
  static let shapes: [(m: Int, k: Int, n: Int)] = [
    (1, 1, 1), (2, 3, 5), (3, 17, 15), (4, 16, 16), (5, 4, 17), (6, 33, 31), (7, 8, 32),
    (8, 64, 33),
    (9, 5, 47), (10, 40, 48), (13, 20, 49), (49, 64, 63), (17, 31, 64), (65, 19, 66), (4, 0, 7),
    (0, 3, 4),
  ]

  private static func tolerance(_ depth: Int) -> Double { 4e-7 * Double(depth + 4) }

  @Test("C = A·B + bias and C += A·B + bias, packed and not", arguments: [false, true])
  func product(adds: Bool) {
    for (m, k, n) in Self.shapes {
      let a = GuardedRows(m, k, seed: 1)
      let w = GuardedRows(n, k, seed: 2)
      let b = GuardedRows(k, n) { r, c in w.rows[c, r] }
      let bias = GuardedRows(1, n, seed: 3)
      let packed = k > 0 ? PackedMatrix(outputs: n, inputs: k, backward: false) : nil
      packed?.pack(w.rows, pool: WorkerPool(threads: 2))
      for panels in [Panels(b.rows), packed?.forward].compactMap({ $0 }) {
        for offset in [nil, bias.rows] {
          let c = GuardedRows(m, n, seed: 4)
          let before = c.values
          Dense.product(a.rows, panels, into: c.rows, bias: offset, adds: adds)
          let product =
            k > 0 ? Reference.product(a.values, b.values) : before.map { $0.map { _ in 0 } }
          let expected = product.indices.map { r in
            product[r].indices.map { i in
              product[r][i] + (adds ? before[r][i] : 0) + (offset == nil ? 0 : bias.values[0][i])
            }
          }
          #expect(Reference.distance(c.values, expected) < Self.tolerance(k), "\(m), \(k), \(n)")
          #expect(c.isGuarded, "\(m), \(k), \(n)")
        }
      }
    }
  }

  @Test("dx = dy·W from the same packed matrix")
  func backwardPanels() {
    for (m, k, n) in Self.shapes where k > 0 {
      let (dy, w) = (GuardedRows(m, n, seed: 5), GuardedRows(n, k, seed: 6))
      let packed = PackedMatrix(outputs: n, inputs: k, backward: true)
      packed.pack(w.rows, pool: WorkerPool(threads: 1))
      let dx = GuardedRows(m, k)
      Dense.product(dy.rows, packed.backward, into: dx.rows)
      let expected = Reference.product(dy.values, w.values)
      #expect(Reference.distance(dx.values, expected) < Self.tolerance(n), "\(m), \(k), \(n)")
      #expect(dx.isGuarded)
    }
  }

  @Test("C (+)= Aᵀ·B", arguments: [false, true])
  func transposedProduct(adds: Bool) {
    for (m, k, n) in Self.shapes where k > 0 {
      let (a, b) = (GuardedRows(k, m, seed: 7), GuardedRows(k, n, seed: 8))
      let c = GuardedRows(m, n, seed: 9)
      let before = c.values
      Dense.transposedProduct(a.rows, b.rows, into: c.rows, adds: adds)
      let product = Reference.product(Reference.transpose(a.values), b.values)
      let expected = product.indices.map { r in
        product[r].indices.map { product[r][$0] + (adds ? before[r][$0] : 0) }
      }
      #expect(Reference.distance(c.values, expected) < Self.tolerance(k), "\(m), \(k), \(n)")
      #expect(c.isGuarded, "\(m), \(k), \(n)")
    }
  }

  @Test func rowsDoNotDependOnTheirBlock() {
    let (a, w) = (GuardedRows(49, 24, seed: 11), GuardedRows(40, 24, seed: 12))
    let packed = PackedMatrix(outputs: 40, inputs: 24, backward: false)
    packed.pack(w.rows, pool: WorkerPool(threads: 1))
    let whole = GuardedRows(49, 40)
    Dense.product(a.rows, packed.forward, into: whole.rows)
    for r in [0, 7, 30, 48] {
      let one = GuardedRows(1, 40)
      Dense.product(a.rows.rows(r..<r + 1), packed.forward, into: one.rows)
      #expect(one.values[0] == whole.values[r])
    }
  }

  @Test func columnSumsAreAdded() {
    for (rows, width) in [(1, 3), (49, 16), (7, 35)] {
      let (a, sums) = (GuardedRows(rows, width, seed: 13), GuardedRows(1, width, seed: 14))
      let before = sums.values
      Dense.addColumnSums(a.rows, into: sums.rows)
      let expected = (0..<width).map { c in a.values.reduce(before[0][c]) { $0 + $1[c] } }
      #expect(Reference.distance(sums.values, [expected]) < 1e-5)
      #expect(sums.isGuarded)
    }
  }
}
