// From features back to the weighting of a map's outputs.

import Tensors

extension ThinFactor {
  /// D^½·W, where this is G = Wᵀ·D·W: D = W⁺ᵀ·G·W⁺, its root symmetric.
  ///
  /// (D^½·W)ᵀ·(D^½·W) = G as for any root of G. This one keeps W's rows apart: it is W itself where D = I, and turns
  /// with W where Z·W takes its place, Z orthogonal. Features of any power have their own D. With W = U·S·Vᵀ it is
  /// U·B^½·S·Vᵀ, B = S⁻¹·Vᵀ·G·V·S⁻¹, so that no matrix is larger than the smaller side of W.
  ///
  /// - Parameters:
  ///   - weight: W [K, d]; G has no part outside its rows.
  ///   - name: what W is called in errors.
  /// - Throws: `FeatureError` if G is of another d or has a part outside, or something is not finite.
  func weighting(_ weight: Matrix, of name: String) throws(FeatureError) -> Matrix {
    guard dimension == weight.columns else {
      throw FeatureError(
        "features of '\(name)' are of inputs of \(dimension) values, the source's have"
          + " \(weight.columns)")
    }
    let isWide = weight.rows <= weight.columns
    guard
      let eigen = SymmetricEigen(
        isWide ? weight.timesTransposed(weight) : weight.transposedTimes(weight))
    else { throw FeatureError("weights of '\(name)' are not finite") }
    let (squares, axes) = eigen.significant
    let (roots, inverses) = (squares.map { $0.squareRoot() }, squares.map { 1 / $0.squareRoot() })
    // Uᵀ [r, K] and Vᵀ [r, d]: one is known, the other follows from it.
    let left = isWide ? axes : axes.timesTransposed(weight).scalingRows(inverses)
    let right = isWide ? (axes * weight).scalingRows(inverses) : axes
    let inner = factor.timesTransposed(right)
    guard abs(inner.squaredNorm - trace) <= 1e-3 * trace else {
      throw FeatureError(
        "features of '\(name)' are not those of the source: its weights do not span them")
    }
    let half = inner.transposed.scalingRows(inverses)
    guard let middle = SymmetricEigen(half.timesTransposed(half)) else {
      throw FeatureError("features of '\(name)' are not finite")
    }
    let weighted = middle.vectors.scalingRows(middle.values.map { max($0, 0).squareRoot() })
    let root = middle.vectors.transposedTimes(weighted)
    return left.transposedTimes(root) * right.scalingRows(roots)
  }
}
