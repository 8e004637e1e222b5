// Correlations of feature matrices, computed from their thin factors. `AnsatzCorrelation` computes them in another way,
// which requires that both matrices belong to the same W.

import Features

extension ThinFactor {
  /// The Frobenius norm ‖G‖ = ‖FFᵀ‖.
  var norm: Double { gram.squaredNorm.squareRoot() }

  /// The inner product ⟨G, H⟩, the sum of the products of entries, which is ‖F_G·F_Hᵀ‖².
  func inner(_ other: ThinFactor) -> Double { factor.timesTransposed(other.factor).squaredNorm }

  /// The sum of all entries of G, which is ‖F·1‖².
  var entrySum: Double {
    (0..<rank).reduce(0) { sum, i in
      let row = factor.values[i * dimension..<(i + 1) * dimension].reduce(0, +)
      return sum + row * row
    }
  }
}

/// The cosine of the two matrices as vectors of d² entries; NaN if one is zero.
func cosine(_ a: ThinFactor, _ b: ThinFactor) -> Double { a.inner(b) / (a.norm * b.norm) }

/// Pearson's correlation of the entries of two matrices: the cosine after each matrix's mean entry is subtracted. NaN if
/// one is constant.
func pearson(_ a: ThinFactor, _ b: ThinFactor) -> Double {
  let entries = Double(a.dimension) * Double(a.dimension)
  let (sa, sb) = (a.entrySum, b.entrySum)
  let covariance = a.inner(b) - sa * sb / entries
  let va = a.gram.squaredNorm - sa * sa / entries
  let vb = b.gram.squaredNorm - sb * sb / entries
  return covariance / (va * vb).squareRoot()
}
