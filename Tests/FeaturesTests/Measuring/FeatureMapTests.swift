// The norms ‖M·p‖ of patches, compared with those from the full matrix M.

import Features
import Tensors
import Testing

@Suite struct FeatureMapTests {
  /// A map of 2×3 pixels with one channel.
  static let map: [Float] = [1, -2, 3, 0.5, 4, -1]

  /// The 3×3 patch around a position of `map`, padded with zeros.
  static func patch(_ row: Int, _ column: Int) -> [Double] {
    (0..<9).map { tap in
      let (y, x) = (row + tap / 3 - 1, column + tap % 3 - 1)
      return (0..<2).contains(y) && (0..<3).contains(x) ? Double(map[y * 3 + x]) : 0
    }
  }

  /// The ranks lie below and above four times the nine columns, where the algorithm changes.
  @Test(arguments: [3, 36, 37, 50])
  func agreesWithTheWholeMatrix(_ rank: Int) {
    var stream = RandomStream(seed: 1, .selection)
    let factor = Matrix(stream.normals(rank * 9).map(Double.init), rows: rank, columns: 9)
    var whole = factor.transposedTimes(factor)
    for i in 0..<9 { whole[i, i] += 0.25 }
    let norms = FeatureMap.norms(
      Buffer(Self.map), MapPatches(height: 2, width: 3, inputs: 1),
      features: LayerFeatures(ThinFactor(factor), isotropic: 0.25))
    for position in 0..<6 {
      let p = Matrix(Self.patch(position / 3, position % 3), rows: 9, columns: 1)
      let expected = (whole * p).squaredNorm.squareRoot()
      #expect(abs(norms[position] - expected) < 1e-12 * expected)
    }
  }

  /// The energies xᵀMx and the norms of windows that are given directly, as those of tokens are.
  @Test func energiesAndNormsOfWindowsAgreeWithTheWholeMatrix() {
    var stream = RandomStream(seed: 2, .selection)
    let factor = Matrix(stream.normals(3 * 9).map(Double.init), rows: 3, columns: 9)
    var whole = factor.transposedTimes(factor)
    for i in 0..<9 { whole[i, i] += 0.25 }
    let windows = Matrix(stream.normals(5 * 9).map(Double.init), rows: 5, columns: 9)
    let features = LayerFeatures(ThinFactor(factor), isotropic: 0.25)
    let energies = FeatureMap.energies(of: windows, features: features)
    let norms = FeatureMap.norms(of: windows, features: features)
    for row in 0..<5 {
      let x = Matrix(Array(windows.values[row * 9..<(row + 1) * 9]), rows: 9, columns: 1)
      let seen = whole * x
      let energy = zip(seen.values, x.values).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(energies[row] - energy) < 1e-12 * energy)
      #expect(abs(norms[row] - seen.squaredNorm.squareRoot()) < 1e-12 * norms[row])
    }
  }

  @Test func manyRowsNeedNoGramMatrix() {
    // For 60,000 rows of ones M = 60,000·11ᵀ, so ‖Mp‖ = 60,000·3·|Σp|. A Gram matrix would take 29 GB.
    let ones = Matrix([Double](repeating: 1, count: 60_000 * 9), rows: 60_000, columns: 9)
    let norms = FeatureMap.norms(
      Buffer(Self.map), MapPatches(height: 2, width: 3, inputs: 1),
      features: LayerFeatures(ThinFactor(ones)))
    for position in 0..<6 {
      let sum = Self.patch(position / 3, position % 3).reduce(0, +)
      #expect(abs(norms[position] - 180_000 * abs(sum)) < 1e-6)
    }
  }
}
