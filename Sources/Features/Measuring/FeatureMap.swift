// Computation of the paper's Figure 1.

import Tensors

/// Responses of a layer's features to an image: ‖M·p‖₂ for the patch p at every position, with M = FᵀF + ρI
/// (the paper's Figure 1); of a transformer's tokens ‖M^{1/2}x‖². Only F·p and the small Gram matrix are needed:
/// ‖Mp‖² = qᵀ(FFᵀ)q + 2ρ·qᵀq + ρ²·pᵀp with q = F·p. Where F has far more rows than columns its Gram matrix
/// is not small, and qᵀ(FFᵀ)q is computed as ‖Fᵀq‖².
package enum FeatureMap {
  /// - Parameters:
  ///   - map: what the convolution sees of one image, [H, W, C], and how its patches lie there.
  ///   - features: of patches of C·k·k values, columns ordered channel, row, column.
  /// - Returns: one for each position, row-major.
  package static func norms(
    _ map: Buffer, _ patches: MapPatches, features: LayerFeatures
  ) -> [Double] {
    precondition(features.factor.dimension == patches.length, "features of other patches")
    let gram = gram(features)
    // A row of patches at a time: memory stays small at 224×224.
    return (0..<patches.positions / patches.columns).flatMap { row in
      norms(of: windows(map, patches, row: row), features, gram: gram)
    }
  }

  /// ‖M·p‖₂ of windows p, the rows of a matrix [n, d].
  package static func norms(of windows: Matrix, features: LayerFeatures) -> [Double] {
    norms(of: windows, features, gram: gram(features))
  }

  /// ‖M^{1/2}·x‖² = xᵀMx of windows x, the rows of a matrix [n, d]: how strongly a transformer's map responds to a token.
  package static func energies(of windows: Matrix, features: LayerFeatures) -> [Double] {
    precondition(features.factor.dimension == windows.columns, "features of other windows")
    let q = windows.timesTransposed(features.factor.factor)
    return (0..<windows.rows).map {
      squared(q, row: $0) + features.isotropic * squared(windows, row: $0)
    }
  }

  /// FFᵀ, where it is small.
  private static func gram(_ features: LayerFeatures) -> Matrix? {
    features.factor.rank > 4 * features.factor.dimension ? nil : features.factor.gram
  }

  private static func squared(_ matrix: Matrix, row: Int) -> Double {
    (0..<matrix.columns).reduce(0) { $0 + matrix[row, $1] * matrix[row, $1] }
  }

  private static func norms(
    of patches: Matrix, _ features: LayerFeatures, gram: Matrix?
  ) -> [Double] {
    let (factor, rho) = (features.factor.factor, features.isotropic)
    let q = patches.timesTransposed(factor)
    let gq = gram.map { q * $0 }
    let u = gram == nil ? q * factor : nil
    return (0..<patches.rows).map { x in
      var sum = u.map { squared($0, row: x) } ?? 0
      for i in 0..<q.columns { sum += q[x, i] * ((gq?[x, i] ?? 0) + 2 * rho * q[x, i]) }
      if rho > 0 { sum += rho * rho * squared(patches, row: x) }
      return max(0, sum).squareRoot()
    }
  }

  /// The patches of one row of positions, [W, C·k·k].
  private static func windows(_ map: Buffer, _ patches: MapPatches, row: Int) -> Matrix {
    let (count, d) = (patches.columns, patches.length)
    let rows = Buffer(count: count * d)
    for column in 0..<count {
      patches.gather(
        map, image: 0, position: row * count + column,
        into: UnsafeMutableBufferPointer(rebasing: rows.elements[column * d..<(column + 1) * d]))
    }
    return Matrix(rows.values().map(Double.init), rows: count, columns: d)
  }
}
