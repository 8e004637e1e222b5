// Random orthonormal vectors, and filters made of them.

import Tensors

extension RandomStream {
  /// `count` orthonormal rows in R^d, uniformly distributed (Haar): the polar factor (GGᵀ)^{−1/2}·G of a
  /// matrix of standard normals.
  ///
  /// - Throws: `FeatureError` if the eigenproblem does not converge.
  mutating func orthonormalRows(
    _ count: Int, of dimension: Int
  ) throws(FeatureError) -> Matrix {
    precondition(count <= dimension, "more orthonormal rows than dimensions")
    let normals = Matrix(
      self.normals(count * dimension).map(Double.init), rows: count, columns: dimension)
    guard let eigen = SymmetricEigen(normals.timesTransposed(normals)),
      eigen.values.allSatisfy({ $0 > 0 })
    else { throw FeatureError("random vectors are not independent") }
    let scaled = eigen.vectors.scalingRows(eigen.values.map { 1 / $0.squareRoot() })
    return eigen.vectors.transposedTimes(scaled) * normals
  }
}

extension LayerDraw {
  /// √2 times a random semi-orthogonal matrix [K, C·9] (Saxe et al. 2014; √2 for the ReLU, as
  /// PyTorch's gain): orthonormal filters, or where K > C·9 orthonormal columns.
  mutating func orthogonal() throws(FeatureError) -> [Float] {
    let (k, d) = (map.outputs, map.fanIn)
    let rows = try stream.orthonormalRows(min(k, d), of: max(k, d))
    let gain = 2.0.squareRoot()
    return (k <= d ? rows : rows.transposed).values.map { Float($0 * gain) }
  }
}
