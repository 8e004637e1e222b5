// The linear map from a new network's channels to a source's, fitted by least squares.

import Networks
import Tensors

/// M [C', C] with h ≈ h'·M over images and positions. h' are the input channels of a linear map of the new network, h those
/// of the source's map.
///
/// A row w [C, p] of the source's map, with p taps a channel (a 3×3 filter has 9, a row that reads tokens has 1), is
/// carried over as (M ⊗ I_p)·w [C', p]: its response to h' is nearly that of w to h. A covariance Σ becomes
/// (M ⊗ I_p)·Σ·(M ⊗ I_p)ᵀ.
struct ChannelMap {
  let matrix: Matrix
  /// The constant of the first map, h = (h' + offset)·M; 0 for a regression, which has no constant.
  let offset: [Double]
  /// R² = 1 − ‖h'M − h‖²/‖h − mean h‖², over all channels together; 1 where it is exact.
  let explained: Double

  /// The channel map of the first map: both networks read the same pixels, each with its own normalisation, so that
  /// x = (x' + (mean' − mean)/std')·std'/std in each channel.
  init(normalisedBy source: Network.Preparation, and target: Network.Preparation) {
    matrix = Matrix(diagonal: zip(target.std, source.std).map { $0 / $1 })
    offset = zip(zip(target.mean, source.mean), target.std).map { ($0.0 - $0.1) / $1 }
    explained = 1
  }

  /// Ridge regression through the origin: M = (h'ᵀh' + λI)⁻¹·h'ᵀh, λ = `ridge` × the mean diagonal of h'ᵀh'.
  ///
  /// Directions of h' whose eigenvalue is below `cutoff` times the largest are left out. With dead or linearly
  /// dependent channels this gives the solution of least norm.
  ///
  /// - Parameter moments: of rows (h', h) [C' + C].
  /// - Throws: `FeatureError` if activations are not finite.
  init(_ moments: RegressionMoments, ridge: Double, cutoff: Double) throws(FeatureError) {
    let shared = moments.shared
    guard let eigen = SymmetricEigen(moments.regressors), shared.isFinite else {
      throw FeatureError("activations are not finite")
    }
    let floor = max(cutoff, Self.rounding) * (eigen.values.first ?? 0)
    let (kept, directions) = eigen.leading { $0 > floor }
    let added = ridge * moments.regressors.trace / Double(shared.rows)
    // In the eigenvectors' coordinates, where the Gram matrix is diagonal.
    let target = directions * shared
    let solved = target.scalingRows(kept.map { 1 / ($0 + added) })
    matrix = directions.transposedTimes(solved)
    offset = [Double](repeating: 0, count: shared.rows)
    // ‖h'M − h‖² = ‖h‖² − Σᵢ ‖tᵢ‖²·(aᵢ + 2λ)/(aᵢ + λ)²
    var (residual, variation) = (0.0, 0.0)
    for (square, sum) in zip(moments.squares, moments.sums) {
      residual += square
      variation += square - sum * sum / Double(moments.count)
    }
    for (i, value) in kept.enumerated() {
      let length = (0..<shared.columns).reduce(0.0) { $0 + target[i, $1] * target[i, $1] }
      residual -= length * (value + 2 * added) / ((value + added) * (value + added))
    }
    explained = variation > 0 ? 1 - max(residual, 0) / variation : .nan
  }

  /// Eigenvalues below this share of the largest are rounding.
  private static let rounding = 1e-12

  /// (M ⊗ I_p)·w of rows w [K, C·p], p = `taps`: [K, C'·p].
  func carry(_ rows: [Float], taps: Int) -> [Float] {
    let (new, old) = (matrix.rows * taps, matrix.columns * taps)
    let count = rows.count / old
    precondition(rows.count == count * old)
    let m = matrix.values.map(Float.init)
    var result = [Float](repeating: 0, count: count * new)
    m.withUnsafeBufferPointer { m in
      rows.withUnsafeBufferPointer { rows in
        result.withUnsafeMutableBufferPointer { result in
          guard taps > 1 else {
            return FloatProduct.multiply(
              rows, m, transposeB: true, m: count, n: new, k: old, into: result)
          }
          for k in 0..<count {
            FloatProduct.multiply(
              m, UnsafeBufferPointer(rebasing: rows[k * old..<(k + 1) * old]), m: matrix.rows,
              n: taps, k: matrix.columns,
              into: UnsafeMutableBufferPointer(rebasing: result[k * new..<(k + 1) * new]))
          }
        }
      }
    }
    return result
  }

  /// Responses [K] of rows [K, C'·p] that were carried over to the offset alone.
  func answers(toOffset rows: [Float], taps: Int) -> [Double] {
    let length = offset.count * taps
    return (0..<rows.count / length).map { k in
      (0..<length).reduce(0) { $0 + Double(rows[k * length + $1]) * offset[$1 / taps] }
    }
  }
}
