/// The arithmetic of the paper's Figure 1.

import Tensors

/// What a layer's features see in an image: ‖M·p‖₂ for the patch p at every position, with M = FᵀF + ρI
/// (the paper's Figure 1). Only F·p and the small Gram matrix are needed:
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
    let factor = features.factor
    let gram = factor.rank > 4 * factor.dimension ? nil : factor.gram
    let rho = features.isotropic
    var result: [Double] = []
    result.reserveCapacity(height * width)
    // A row of patches at a time: memory stays small at 224×224.
    for row in 0..<height {
      let patches = patches(map, row: row, height: height, width: width, channels: channels)
      let q = patches.timesTransposed(factor.factor)
      let gq = gram.map { q * $0 }
      let u = gram == nil ? q * factor.factor : nil
      for x in 0..<width {
        var squared = u.map { u in (0..<u.columns).reduce(0) { $0 + u[x, $1] * u[x, $1] } } ?? 0
        for i in 0..<q.columns { squared += q[x, i] * ((gq?[x, i] ?? 0) + 2 * rho * q[x, i]) }
        if rho > 0 {
          squared +=
            rho * rho * (0..<patches.columns).reduce(0.0) { $0 + patches[x, $1] * patches[x, $1] }
        }
        result.append(max(0, squared).squareRoot())
      }
    }
    return result
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
