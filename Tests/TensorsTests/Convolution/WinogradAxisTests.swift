/// F(4, 3) from its tables: that they are right, and that the accuracy test would notice a wrong one.

import Testing

struct WinogradFaultTests {
  static let input: [[Float]] = [
    [4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0], [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1],
  ]
  static let filter: [[Float]] = [
    [1 / 4, 0, 0], [-1 / 6, -1 / 6, -1 / 6], [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6], [1 / 24, -1 / 12, 1 / 6], [0, 0, 1],
  ]
  static let output: [[Float]] = [
    [1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1],
  ]

  /// The largest relative error of Aᵀ[(G w) ⊙ (Bᵀ d)] over many signals.
  private func error(input: [[Float]], filter: [[Float]], output: [[Float]]) -> Double {
    func apply(_ matrix: [[Float]], _ x: [Float]) -> [Float] {
      matrix.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    return (0..<50).reduce(0) { worst, seed in
      let d = (0..<6).map { Float(($0 * 7 + seed * 5) % 11) - 5 }
      let w = (0..<3).map { Float(($0 * 5 + seed * 3) % 7) - 3 }
      let products = zip(apply(filter, w), apply(input, d)).map { $0 * $1 }
      let exact = (0..<4).map { i in (0..<3).reduce(0.0) { $0 + Double(w[$1] * d[i + $1]) } }
      return max(worst, relativeError(apply(output, products), exact))
    }
  }

  @Test func theTablesAreRight() {
    #expect(error(input: Self.input, filter: Self.filter, output: Self.output) < 1e-6)
  }

  /// Any single coefficient wrong by one per cent is caught at the promised accuracy.
  @Test func aWrongCoefficientIsCaught() {
    for row in 0..<6 {
      for column in 0..<6 where Self.input[row][column] != 0 {
        var wrong = Self.input
        wrong[row][column] *= 1.01
        #expect(
          error(input: wrong, filter: Self.filter, output: Self.output)
            > WinogradAccuracyTests.promise)
      }
    }
    for row in 0..<4 {
      for column in 0..<6 where Self.output[row][column] != 0 {
        var wrong = Self.output
        wrong[row][column] *= 1.01
        #expect(
          error(input: Self.input, filter: Self.filter, output: wrong)
            > WinogradAccuracyTests.promise)
      }
    }
  }
}
