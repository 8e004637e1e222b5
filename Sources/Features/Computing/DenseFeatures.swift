// Matrices that others stored whole, as features.

import Foundation
import Tensors

/// Features from a dense symmetric matrix, such as the authors stored: not a Gram matrix by
/// construction, so it may not be a covariance at all.
///
/// The authors' published NFM of layer 2 has λ = −0.427 at a trace of 97.88, which no WᵀW has; taking
/// the mean entry from every entry does that. Their shift then draws mostly isotropic filters.
/// Rounding does the same on a small scale: a root in single precision has λ of about −1e-4 of the
/// largest eigenvalue.
package struct DenseFeatures: Sendable {
  /// FᵀF + ρI, exactly the shifted matrix. F has few rows if the matrix is positive semi-definite, and
  /// d − 1 if it is not and the shift is `paper`. Other shifts count negative eigenvalues as zero.
  package let features: LayerFeatures
  /// λ: the smallest and the largest eigenvalue of the matrix as it is.
  package let smallest: Double
  package let largest: Double
  /// What was added to every eigenvalue. `paper`: |λ| + 1e-6 if the smallest is not positive, to
  /// rounding; else 0.
  package let shift: Double

  /// Eigenvalues within this share of the largest are rounding: single precision, printed.
  private static let tolerance = 1e-6

  /// A d×d eigenproblem: for d = 4608 about a minute and a gigabyte.
  ///
  /// - Throws: `FeatureError` if the matrix is zero, negative or not finite.
  package init(_ matrix: Matrix, shift: SpectrumShift = .paper) throws(FeatureError) {
    guard let eigen = SymmetricEigen(matrix), let largest = eigen.values.first,
      let smallest = eigen.values.last
    else { throw FeatureError("a matrix that is empty or not finite") }
    guard largest > 0, matrix.trace > 0 else {
      throw FeatureError("a matrix with trace \(matrix.trace) is no covariance")
    }
    self.smallest = smallest
    self.largest = largest
    let noise = Self.tolerance * largest
    let isPaper = shift == .paper
    // What F leaves to ρI: for a definite matrix nothing but the shift, else all but the least.
    let floor = isPaper && smallest < -noise ? smallest : 0
    let (kept, vectors) = eigen.leading { $0 - floor > noise }
    let factor = ThinFactor(vectors.scalingRows(kept.map { ($0 - floor).squareRoot() }))
    switch shift {
    case .none: self.shift = 0
    case .share(let share):
      self.shift = SpectrumShift.isotropic(share, trace: factor.trace, dimension: matrix.rows)
    case .paper: self.shift = smallest > noise ? 0 : abs(smallest) + SpectrumShift.paperMargin
    }
    features = LayerFeatures(factor, isotropic: floor < 0 ? SpectrumShift.paperMargin : self.shift)
  }

  /// Whether the matrix is positive semi-definite, to rounding.
  package var isSemiDefinite: Bool { smallest >= -Self.tolerance * largest }

  /// Share of the shifted matrix's trace that the shift makes.
  package var isotropicShare: Double {
    shift * Double(features.factor.dimension) / features.trace
  }

  /// One line for people.
  package var summary: String {
    func percent(_ share: Double) -> String { "\(rounded(100 * share)) %" }
    guard !isSemiDefinite else {
      return "positive semi-definite, effective rank \(rounded(effectiveRank(spectrum)))"
    }
    return "not positive semi-definite: smallest eigenvalue \(rounded(smallest)), "
      + "\(percent(-smallest / largest)) of the largest; "
      + (shift > 0
        ? "the shift makes \(percent(isotropicShare)) of the trace isotropic"
        : "negative eigenvalues count as zero")
  }

  private var spectrum: [Double] {
    let f = features.factor.factor
    return (0..<f.rows).map { i in
      (0..<f.columns).reduce(0) { $0 + f[i, $1] * f[i, $1] }
    }
  }

  private func rounded(_ value: Double) -> String { String(format: "%.3g", value) }
}
