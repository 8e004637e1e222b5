// The algebra of feature matrices: traces, spectra and powers, computed from their factors.

import Foundation
import Networks
import Tensors

/// A positive semi-definite matrix G = FᵀF of size d×d, stored as its factor F [r, d] with r ≤ K. G itself is never
/// formed or decomposed. All computations use the small Gram matrix F·Fᵀ [r, r], which has the same non-zero
/// eigenvalues.
package struct ThinFactor: Equatable, Sendable {
  /// F [r, d]
  package let factor: Matrix

  /// - Parameter factor: F [r, d].
  ///   Of no rows, a row of zeros stands for them.
  package init(_ factor: Matrix) {
    self.factor = factor.rows > 0 ? factor : Matrix(zeros: 1, factor.columns)
  }

  /// The factor of the neural feature matrix WᵀW: the filters themselves, [K, C·3·3].
  package static func nfm(_ weight: Tensor) -> ThinFactor { ThinFactor(Matrix(weight)) }

  /// The factor of Wᵀ·D·W, D^{1/2}·W: the average gradient outer product when D is the mean of δδᵀ.
  ///
  /// - Throws: `FeatureError` if D is not finite or its eigenproblem does not converge.
  package static func agop(
    _ weight: Tensor, moment d: Matrix
  ) throws(FeatureError) -> ThinFactor {
    guard let eigen = SymmetricEigen(d) else {
      throw FeatureError("the gradients' second moment is not finite")
    }
    // D is a sum of squares: a negative eigenvalue is rounding.
    let roots = eigen.values.map { max($0, 0).squareRoot() }
    return ThinFactor((eigen.vectors * Matrix(weight)).scalingRows(roots))
  }

  /// d
  package var dimension: Int { factor.columns }
  /// r
  package var rank: Int { factor.rows }

  /// tr G = ‖F‖²
  package var trace: Double { factor.squaredNorm }

  /// F·Fᵀ [r, r]
  package var gram: Matrix { factor.timesTransposed(factor) }

  /// Eigenvalues of G that can differ from zero, descending; at most min(r, d).
  ///
  /// - Throws: `FeatureError` if F is not finite, or has more rows than there is memory for.
  package func spectrum() throws(FeatureError) -> [Double] {
    try gramEigen().values.prefix(min(rank, dimension)).map { max($0, 0) }
  }

  /// Eigenvalues and eigenvectors of F·Fᵀ.
  private func gramEigen() throws(FeatureError) -> SymmetricEigen {
    guard rank <= SymmetricEigen.largestOrder else {
      throw FeatureError(
        "a factor of \(rank) rows; spectra are computed of at most \(SymmetricEigen.largestOrder)")
    }
    do {
      try Footprint.check(
        SymmetricEigen.bytes(order: rank), of: "the eigenproblem of a factor of \(rank) rows",
        remedy: "a factor of fewer rows needs less")
    } catch { throw FeatureError(error.description) }
    guard let eigen = SymmetricEigen(gram) else {
      throw FeatureError("the factor holds numbers that are not finite")
    }
    return eigen
  }

  /// Eigenvalues below this share of the largest count as zero: they are rounding, and a power
  /// below 1 would make them features.
  package static let cutoff = 1e-7

  /// G^α for α > 0: with FFᵀ = UΛUᵀ, the factor Λ^{(α−1)/2}·Uᵀ·F over the eigenvalues above `cutoff`.
  ///
  /// - Throws: `FeatureError` if F is not finite, or has more rows than there is memory for.
  package func power(_ alpha: Double) throws(FeatureError) -> ThinFactor {
    precondition(alpha > 0, "a power of a singular matrix is defined for positive exponents")
    guard alpha != 1 else { return self }
    let (values, vectors) = try gramEigen().significant
    return ThinFactor((vectors * factor).scalingRows(values.map { pow($0, (alpha - 1) / 2) }))
  }
}

/// Effective rank of a spectrum: exp of the entropy of the normalised eigenvalues (Roy & Vetterli 2007).
/// Between 1 and the number of eigenvalues; 0 for a zero matrix.
package func effectiveRank(_ eigenvalues: [Double]) -> Double {
  let total = eigenvalues.reduce(0, +)
  guard total > 0 else { return 0 }
  let entropy = eigenvalues.reduce(0.0) { sum, value in
    let p = value / total
    return p > 0 ? sum - p * log(p) : sum
  }
  return exp(entropy)
}
