/// The arithmetic of the paper's Figure 1.

import Tensors

/// What a layer's features see in an image: ‖M·p‖₂ for the patch p at every position, with M = FᵀF + ρI
/// (the paper's Figure 1); of a transformer's tokens ‖M^{1/2}x‖². Only F·p and the small Gram matrix are needed:
/// ‖Mp‖² = qᵀ(FFᵀ)q + 2ρ·qᵀq + ρ²·pᵀp with q = F·p. Where F has far more rows than columns its Gram matrix
/// is not small, and qᵀ(FFᵀ)q is computed as ‖Fᵀq‖².
package enum FeatureMap {
  /// - Parameters:
  ///   - map: what the convolution sees of one image, [H, W, C].
  ///   - features: of patches of C·3·3 values, columns ordered channel, row, column.
  /// - Returns: [H, W], row-major.
  package static func norms(
    _ map: ArraySlice<Float>, height: Int, width: Int, channels: Int, features: LayerFeatures
  ) -> [Double] {
    precondition(map.count == height * width * channels)
    precondition(features.factor.dimension == channels * 9, "features of other patches")
    let gram = gram(features)
    // A row of patches at a time: memory stays small at 224×224.
    return (0..<height).flatMap { row in
      norms(
        of: patches(map, row: row, height: height, width: width, channels: channels), features,
        gram: gram)
    }
  }

  /// ‖M·p‖₂ of windows p, the rows of a matrix [n, d].
  package static func norms(of windows: Matrix, features: LayerFeatures) -> [Double] {
    norms(of: windows, features, gram: gram(features))
  }

  /// ‖M^{1/2}·x‖² = xᵀMx of windows x, the rows of a matrix [n, d]: how much of a token a transformer's map answers to.
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

  /// The patches of one row of positions, [W, C·3·3].
  private static func patches(
    _ map: ArraySlice<Float>, row: Int, height: Int, width: Int, channels: Int
  ) -> Matrix {
    var result = Matrix(zeros: width, channels * 9)
    for x in 0..<width {
      for r in 0..<3 {
        for s in 0..<3 {
          let (y, z) = (row + r - 1, x + s - 1)
          guard y >= 0, y < height, z >= 0, z < width else { continue }
          let pixel = map.startIndex + (y * width + z) * channels
          for c in 0..<channels { result[x, c * 9 + r * 3 + s] = Double(map[pixel + c]) }
        }
      }
    }
    return result
  }
}
