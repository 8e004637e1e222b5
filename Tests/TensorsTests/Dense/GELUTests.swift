// GELU and its parts, compared with the C library in double precision at many values over the whole range of floats.

import Foundation
import Tensors
import Testing

struct GELUTests {
  /// Every 4099th float of each sign, and the special values.
  static let floats: [Float] =
    stride(from: UInt32(0), to: 0x7f80_0000, by: 4099).flatMap {
      [Float(bitPattern: $0), -Float(bitPattern: $0)]
    } + [
      .leastNonzeroMagnitude, .leastNormalMagnitude, 1, -1, 5.5, -5.5, -13.3, 14.6, -14.6, 0, -0.0,
    ]

  static func probability(_ u: Double) -> Double { 0.5 * erfc(-u / 2.0.squareRoot()) }

  static func rows(_ values: [Float]) -> GuardedRows {
    GuardedRows(1, values.count) { _, c in values[c] }
  }

  @Test func forwardIsTheFormula() {
    let (u, y) = (Self.rows(Self.floats), GuardedRows(1, Self.floats.count))
    GELU.forward(u.rows, into: y.rows)
    for (c, u) in Self.floats.enumerated() {
      let expected = Double(u) * Self.probability(Double(u))
      let error = abs(Double(y.rows[0, c]) - expected)
      #expect(error <= 1.5e-7 * abs(Double(u)) + 1e-38, "\(u)")
      #expect(error <= 7e-7 * abs(expected) + 2e-37, "\(u)")
    }
    #expect(y.isGuarded)
  }

  @Test func derivativeIsTheFormula() {
    let u = Self.rows(Self.floats)
    let (y, slope) = (GuardedRows(1, Self.floats.count), GuardedRows(1, Self.floats.count))
    GELU.forward(u.rows, into: y.rows, derivative: slope.rows)
    for (c, u) in Self.floats.enumerated() {
      let u = Double(u)
      let density = exp(-u * u / 2) / (2 * Double.pi).squareRoot()
      let expected = Self.probability(u) + (u.isFinite ? u * density : 0)
      #expect(abs(Double(slope.rows[0, c]) - expected) <= 2e-7, "\(u)")
    }
    let value = GuardedRows(1, Self.floats.count)
    GELU.forward(u.rows, into: value.rows)
    #expect(value.values == y.values)
  }

  /// By the formula u·Φ(u), the value at −∞ is −∞·0, which is NaN.
  @Test func infinitiesAndNotANumber() {
    let u = Self.rows([.infinity, -.infinity, .nan])
    let (y, slope) = (GuardedRows(1, 3), GuardedRows(1, 3))
    GELU.forward(u.rows, into: y.rows, derivative: slope.rows)
    #expect(y.rows[0, 0] == .infinity)
    #expect(y.rows[0, 1].isNaN && y.rows[0, 2].isNaN && slope.rows[0, 2].isNaN)
  }

  @Test func backwardIsTheProductWithTheDerivative() {
    let (u, dy) = (GuardedRows(3, 35, seed: 30, size: 2), GuardedRows(3, 35, seed: 31))
    let (y, slope, du) = (GuardedRows(3, 35), GuardedRows(3, 35), GuardedRows(3, 35))
    GELU.forward(u.rows, into: y.rows, derivative: slope.rows)
    GELU.backward(dy.rows, u.rows, into: du.rows)
    let kept = GuardedRows(3, 35)
    GELU.backward(dy.rows, derivative: slope.rows, into: kept.rows)
    #expect(kept.values == du.values && kept.isGuarded)
    for r in 0..<3 {
      for c in 0..<35 {
        #expect(du.rows[r, c] == dy.rows[r, c] * slope.rows[r, c])
        // The expected value is a finite difference of the formula.
        let (x, h) = (Double(u.rows[r, c]), 1e-5)
        let difference =
          ((x + h) * Self.probability(x + h) - (x - h) * Self.probability(x - h)) / (2 * h)
        #expect(abs(Double(slope.rows[r, c]) - difference) < 1e-6)
      }
    }
    #expect(du.isGuarded && slope.isGuarded && y.isGuarded)
  }
}
