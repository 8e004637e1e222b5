// Correlations of feature matrices from their thin factors: another route than `AnsatzCorrelation`'s,
// which needs both matrices to be of one W.

import Features

extension ThinFactor {
  /// ‖G‖_F = ‖FFᵀ‖_F
  var norm: Double { gram.squaredNorm.squareRoot() }

  /// ⟨G, H⟩ = Σ of the products of entries = ‖F_G·F_Hᵀ‖²
  func inner(_ other: ThinFactor) -> Double { factor.timesTransposed(other.factor).squaredNorm }

  /// Σ of all entries of G = ‖F·1‖²
  var entrySum: Double {
    (0..<rank).reduce(0) { sum, i in
      let row = factor.values[i * dimension..<(i + 1) * dimension].reduce(0, +)
      return sum + row * row
    }
  }
}

/// Cosine of the two matrices as vectors of d² entries; NaN if one is zero.
func cosine(_ a: ThinFactor, _ b: ThinFactor) -> Double { a.inner(b) / (a.norm * b.norm) }

/// Pearson's correlation of the two matrices' entries: the cosine after each one's mean entry is
/// subtracted. NaN if one is constant.
func pearson(_ a: ThinFactor, _ b: ThinFactor) -> Double {
  let entries = Double(a.dimension) * Double(a.dimension)
  let (sa, sb) = (a.entrySum, b.entrySum)
  let covariance = a.inner(b) - sa * sb / entries
  let va = a.gram.squaredNorm - sa * sa / entries
  let vb = b.gram.squaredNorm - sb * sb / entries
  return covariance / (va * vb).squareRoot()
}
