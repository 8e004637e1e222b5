// Powers of an AGOP from one decomposition in the space of filters.

import Foundation
import Tensors

/// The eigenvalues and eigenvectors of WᵀDW [d, d] in the space of filters [K, K], for any number of
/// powers of it without another decomposition.
///
/// With D = RᵀR and G = WWᵀ, the eigenproblem of R·G·Rᵀ = UᵀΛU (rows of U) gives X = U·R, and
/// (WᵀDW)^α = Σ λ_i^{α−1}·(x_i W)ᵀ(x_i W). Eigenvalues below `ThinFactor.cutoff` of the largest count
/// as zero.
struct AGOPSpectrum: Sendable {
  /// λ, descending, all positive: [n]
  let values: [Double]
  /// X [n, K]: the eigenvector of λ_i is x_i·W/√λ_i.
  let combinations: Matrix

  /// - Parameters:
  ///   - gram: G = WWᵀ [K, K].
  ///   - root: R [r, K].
  /// - Throws: `FeatureError` if they are not finite.
  init(gram: Matrix, root: Matrix) throws(FeatureError) {
    guard let eigen = SymmetricEigen((root * gram).timesTransposed(root)) else {
      throw FeatureError("weights or gradients are not finite")
    }
    let significant = eigen.significant
    values = significant.values
    combinations = significant.vectors * root
  }

  /// - Parameter moment: D [K, K].
  init(gram: Matrix, moment: Matrix) throws(FeatureError) {
    try self.init(gram: gram, root: try squareRoot(moment))
  }

  /// F [n, d] with FᵀF = (WᵀDW)^α.
  func factor(_ weight: Matrix, power: Double) -> ThinFactor {
    ThinFactor((combinations * weight).scalingRows(values.map { pow($0, (power - 1) / 2) }))
  }

  /// Cosine of the two matrices' powers; both of the same W, whose Gram matrix is `gram`.
  func cosine(_ other: AGOPSpectrum, gram: Matrix, power: Double) -> Double {
    var overlap = (combinations * gram).timesTransposed(other.combinations)
    overlap = overlap.scalingRows(values.map { pow($0, (power - 1) / 2) })
    overlap = overlap.transposed.scalingRows(other.values.map { pow($0, (power - 1) / 2) })
    func norm(_ values: [Double]) -> Double {
      values.reduce(0) { $0 + pow($1, 2 * power) }.squareRoot()
    }
    return overlap.squaredNorm / (norm(values) * norm(other.values))
  }
}

/// R [r, K] with RᵀR = D, r the number of eigenvalues above `ThinFactor.cutoff` of the largest.
///
/// - Throws: `FeatureError` if D is not finite.
func squareRoot(_ d: Matrix) throws(FeatureError) -> Matrix {
  guard let eigen = SymmetricEigen(d) else {
    throw FeatureError("the gradients' second moment is not finite")
  }
  let (values, vectors) = eigen.significant
  return vectors.scalingRows(values.map { $0.squareRoot() })
}
