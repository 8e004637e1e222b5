// The leading part of a decomposition, without eigenvalues that are rounding errors.

import Tensors

extension SymmetricEigen {
  /// The leading eigenvalues for which `isKept` holds, and their eigenvectors: λ [n] and U [n, order].
  func leading(where isKept: (Double) -> Bool) -> (values: [Double], vectors: Matrix) {
    let kept = Array(values.prefix(while: isKept))
    let rows = vectors.values.prefix(kept.count * vectors.columns)
    return (kept, Matrix(Array(rows), rows: kept.count, columns: vectors.columns))
  }

  /// Those above `ThinFactor.cutoff` of the largest: the others are rounding.
  var significant: (values: [Double], vectors: Matrix) {
    let cutoff = ThinFactor.cutoff * (values.first ?? 0)
    return leading { $0 > 0 && $0 > cutoff }
  }
}
