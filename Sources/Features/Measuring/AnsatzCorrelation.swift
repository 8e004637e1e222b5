// Cosine and Pearson correlation of WᵀW and (WᵀDW)^α, for any α.

import Foundation
import Tensors

/// How well WᵀW of one layer agrees with (WᵀDW)^α, as a function of α: the neural feature ansatz
/// (Radhakrishnan et al., *Science* 2024) from one decomposition in the space of filters.
package struct AnsatzCorrelation: Sendable {
  /// λ_i of WᵀDW.
  private let values: [Double]
  /// ‖x_i·WWᵀ‖²: ⟨WᵀW, (WᵀDW)^α⟩ = Σ λ_i^{α−1} of them.
  private let overlaps: [Double]
  /// (x_i·W·1)²: the sum of all entries of (WᵀDW)^α is Σ λ_i^{α−1} of them.
  private let sums: [Double]
  private let norm: Double
  private let entrySum: Double
  private let dimension: Double

  /// - Parameters:
  ///   - weight: W [K, d], or W − W₀ for the centred form (Beaglehole, Mitliagkas & Agarwala 2024).
  ///   - moment: D [K, K].
  /// - Throws: `FeatureError` if they are not finite.
  package init(weight: Matrix, moment: Matrix) throws(FeatureError) {
    try self.init(
      weight: weight, gram: weight.timesTransposed(weight), root: try squareRoot(moment))
  }

  /// - Parameters:
  ///   - gram: WWᵀ, once for several D.
  ///   - root: R [r, K] with D = RᵀR.
  init(weight: Matrix, gram: Matrix, root: Matrix) throws(FeatureError) {
    let spectrum = try AGOPSpectrum(gram: gram, root: root)
    values = spectrum.values
    let projected = spectrum.combinations * gram
    overlaps = (0..<projected.rows).map { i in
      (0..<projected.columns).reduce(0) { $0 + projected[i, $1] * projected[i, $1] }
    }
    let ones = [Double](repeating: 1, count: weight.columns)
    let rowSums = weight * Matrix(ones, rows: weight.columns, columns: 1)
    sums = (spectrum.combinations * rowSums).values.map { $0 * $0 }
    norm = gram.squaredNorm.squareRoot()
    entrySum = rowSums.squaredNorm
    dimension = Double(weight.columns)
  }

  /// Eigenvalues of WᵀDW above the cut-off, descending.
  package var spectrum: [Double] { values }

  /// Cosine of the two matrices as vectors of d² entries; NaN if one is zero.
  package func cosine(power: Double) -> Double {
    weighted(overlaps, power) / (norm * powerNorm(power))
  }

  /// Pearson's correlation of the two matrices' entries; NaN if one is constant.
  package func pearson(power: Double) -> Double {
    let (entries, sum, norm2) = (dimension * dimension, weighted(sums, power), powerNorm(power))
    let covariance = weighted(overlaps, power) - entrySum * sum / entries
    let first = norm * norm - entrySum * entrySum / entries
    let second = norm2 * norm2 - sum * sum / entries
    return covariance / (first * second).squareRoot()
  }

  /// α in [0.05, 3] with the largest cosine (0.05: the flatter the better, no power fits); NaN if a
  /// matrix is zero.
  package func fittedPower() -> Double {
    guard !values.isEmpty, norm > 0 else { return .nan }
    let grid = (1...60).map { 0.05 * Double($0) }
    let best = grid.max { cosine(power: $0) < cosine(power: $1) } ?? 1
    // Golden section about the best of the grid.
    var (low, high) = (max(best - 0.05, 0.05), min(best + 0.05, 3))
    let ratio = (5.0.squareRoot() - 1) / 2
    while high - low > 1e-6 {
      let (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
      if cosine(power: a) < cosine(power: b) { low = a } else { high = b }
    }
    return (low + high) / 2
  }

  private func weighted(_ terms: [Double], _ power: Double) -> Double {
    zip(values, terms).reduce(0) { $0 + pow($1.0, power - 1) * $1.1 }
  }

  private func powerNorm(_ power: Double) -> Double {
    values.reduce(0) { $0 + pow($1, 2 * power) }.squareRoot()
  }
}
