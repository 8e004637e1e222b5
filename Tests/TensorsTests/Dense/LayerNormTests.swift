// Layer normalisation compared with its formula in double precision, and its gradients with finite differences.

import Tensors
import Testing

struct LayerNormTests {
  static let widths = [1, 5, 16, 30, 64, 192]
  static let epsilon = 1e-6

  static func formula(_ x: [Double], gain: [Double], shift: [Double]) -> [Double] {
    let n = Double(x.count)
    let mean = x.reduce(0, +) / n
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    return x.indices.map {
      (x[$0] - mean) / (variance + epsilon).squareRoot() * gain[$0] + shift[$0]
    }
  }

  private struct Layer {
    let x: GuardedRows, gain: GuardedRows, shift: GuardedRows, y: GuardedRows, kept: GuardedRows

    init(_ rows: Int, _ width: Int, offset: Float = 0) {
      let normal = GuardedRows(rows, width, seed: 20, size: 2)
      x = GuardedRows(rows, width) { normal.rows[$0, $1] + offset }
      gain = GuardedRows(1, width, seed: 21)
      shift = GuardedRows(1, width, seed: 22)
      y = GuardedRows(rows, width)
      kept = GuardedRows(rows, LayerNorm.statistics)
      LayerNorm.forward(
        x.rows, gain: gain.rows, shift: shift.rows, epsilon: Float(epsilon), into: y.rows,
        statistics: kept.rows)
    }
  }

  @Test(arguments: widths)
  func forwardIsTheFormula(width: Int) {
    let layer = Layer(7, width)
    let expected = layer.x.values.map {
      Self.formula($0, gain: layer.gain.values[0], shift: layer.shift.values[0])
    }
    #expect(Reference.distance(layer.y.values, expected) < 2e-6)
    #expect(layer.y.isGuarded && layer.kept.isGuarded)
    let again = GuardedRows(7, width)
    LayerNorm.normalise(
      layer.x.rows, gain: layer.gain.rows, shift: layer.shift.rows, statistics: layer.kept.rows,
      into: again.rows)
    #expect(again.values == layer.y.values)
  }

  @Test("A mean of 1,000 times the deviation does not reduce the accuracy of the variance")
  func largeMean() {
    let layer = Layer(3, 100, offset: 2000)
    for r in 0..<3 {
      let x = layer.x.values[r]
      let mean = x.reduce(0, +) / 100
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100
      #expect(abs(Double(layer.kept.rows[r, 0]) - mean) < 1.3e-4)
      #expect(
        abs(Double(layer.kept.rows[r, 1]) * (variance + Self.epsilon).squareRoot() - 1) < 1e-6)
    }
  }

  /// The kernel's gradients of Σ dy·y agree with finite differences of the formula.
  @Test(arguments: [5, 16, 35], [false, true])
  func backwardIsTheDerivative(width: Int, adds: Bool) {
    let (rows, layer) = (4, Layer(4, width))
    let (dy, dx) = (GuardedRows(rows, width, seed: 23), GuardedRows(rows, width, seed: 24))
    let (dGain, dShift) = (GuardedRows(1, width, seed: 25), GuardedRows(1, width, seed: 26))
    let before = (dx.values, dGain.values[0], dShift.values[0])
    LayerNorm.backward(
      dy.rows, layer.x.rows, statistics: layer.kept.rows, gain: layer.gain.rows, into: dx.rows,
      adds: adds, gainGradient: dGain.rows, shiftGradient: dShift.rows)
    let (gain, shift, slope) = (layer.gain.values[0], layer.shift.values[0], dy.values)
    func loss(_ x: [[Double]], _ gain: [Double], _ shift: [Double]) -> Double {
      zip(x, slope).reduce(0) { sum, row in
        sum
          + zip(Self.formula(row.0, gain: gain, shift: shift), row.1).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    let (x, step) = (layer.x.values, 1e-5)
    func difference(_ change: (Double) -> Double) -> Double {
      (change(step) - change(-step)) / (2 * step)
    }
    for c in 0..<width {
      for r in 0..<rows {
        let expected = difference { h in
          var moved = x
          moved[r][c] += h
          return loss(moved, gain, shift)
        }
        #expect(abs(dx.values[r][c] - (adds ? before.0[r][c] : 0) - expected) < 1e-5)
      }
      let gainSlope = difference { h in
        var moved = gain
        moved[c] += h
        return loss(x, moved, shift)
      }
      #expect(abs(dGain.values[0][c] - before.1[c] - gainSlope) < 1e-5)
      let shiftSlope = slope.reduce(0) { $0 + $1[c] }
      #expect(abs(dShift.values[0][c] - before.2[c] - shiftSlope) < 1e-5)
    }
    #expect(dx.isGuarded && dGain.isGuarded && dShift.isGuarded)
  }
}
