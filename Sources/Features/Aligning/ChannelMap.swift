/// From a source's channels to those of a new network.

import Tensors

/// M [C', C]: how the channels h' that a layer of a new network reads stand for the channels h that the
/// source's layer reads, h ≈ h'·M over images and positions.
///
/// A source's filter w [C, 3, 3] is carried over as (M ⊗ I₉)·w [C', 3, 3]: applied to h' it answers nearly
/// as w does to h. A covariance Σ becomes (M ⊗ I₉)·Σ·(M ⊗ I₉)ᵀ.
struct ChannelMap {
  let matrix: Matrix
  /// R² = 1 − ‖h'M − h‖²/‖h − mean h‖², over all channels together; 1 where it is exact.
  let explained: Double

  /// The first layer's: both networks read the same pixels, each with its own normalisation, so that
  /// x = x'·std'/std + constant in each channel. Of filters only the factor is of concern.
  init(normalisedBy source: [Double], and target: [Double]) {
    matrix = Matrix(diagonal: zip(target, source).map { $0 / $1 })
    explained = 1
  }

  /// Ridge regression through the origin: M = (h'ᵀh' + λI)⁻¹·h'ᵀh, λ = `ridge` × the mean diagonal of h'ᵀh'.
  ///
  /// Directions of h' whose eigenvalue is below `cutoff` times the largest are left out: of dead channels,
  /// and of channels that depend on each other linearly, it takes the solution of least norm.
  ///
  /// - Parameters:
  ///   - moments: of rows (h', h) [C' + C].
  ///   - width: C'.
  /// - Throws: `FeatureError` if activations are not finite.
  init(
    _ moments: SecondMoments, width: Int, ridge: Double, cutoff: Double
  ) throws(FeatureError) {
    let (all, channels) = (moments.products, moments.products.rows - width)
    var own = Matrix(zeros: width, width)
    var shared = Matrix(zeros: width, channels)
    for i in 0..<width {
      for j in 0..<width { own[i, j] = all[i, j] }
      for j in 0..<channels { shared[i, j] = all[i, width + j] }
    }
    guard let eigen = SymmetricEigen(own), shared.isFinite else {
      throw FeatureError("activations are not finite")
    }
    let floor = max(cutoff, Self.rounding) * (eigen.values.first ?? 0)
    let (kept, directions) = eigen.leading { $0 > floor }
    let added = ridge * own.trace / Double(width)
    // In the eigenvectors' coordinates, where the Gram matrix is diagonal.
    let target = directions * shared
    let solved = target.scalingRows(kept.map { 1 / ($0 + added) })
    matrix = directions.transposedTimes(solved)
    // ‖h'M − h‖² = ‖h‖² − Σᵢ ‖tᵢ‖²·(aᵢ + 2λ)/(aᵢ + λ)²
    var (residual, variation) = (0.0, 0.0)
    for j in 0..<channels {
      let (square, sum) = (all[width + j, width + j], moments.sums[width + j])
      residual += square
      variation += square - sum * sum / Double(moments.count)
    }
    for (i, value) in kept.enumerated() {
      let length = (0..<channels).reduce(0.0) { $0 + target[i, $1] * target[i, $1] }
      residual -= length * (value + 2 * added) / ((value + added) * (value + added))
    }
    explained = variation > 0 ? 1 - max(residual, 0) / variation : .nan
  }

  /// Eigenvalues below this share of the largest are rounding.
  private static let rounding = 1e-12

  /// (M ⊗ I₉)·w of filters w [K, C·9]: [K, C'·9].
  func carry(_ filters: [Float]) -> [Float] {
    let (new, old) = (matrix.rows, matrix.columns)
    let count = filters.count / (9 * old)
    precondition(filters.count == count * 9 * old)
    let m = matrix.values.map(Float.init)
    var result = [Float](repeating: 0, count: count * 9 * new)
    m.withUnsafeBufferPointer { m in
      filters.withUnsafeBufferPointer { filters in
        result.withUnsafeMutableBufferPointer { result in
          for k in 0..<count {
            FloatProduct.multiply(
              m, UnsafeBufferPointer(rebasing: filters[k * 9 * old..<(k + 1) * 9 * old]),
              m: new, n: 9, k: old,
              into: UnsafeMutableBufferPointer(rebasing: result[k * 9 * new..<(k + 1) * 9 * new]))
          }
        }
      }
    }
    return result
  }
}
