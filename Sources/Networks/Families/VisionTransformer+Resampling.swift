// Vision transformers: conversion to images of another side, and to patches of another size.

import Tensors

extension VisionTransformer {
  /// The same network for images of another side and patches of another size, both in pixels.
  /// - Throws: `NetworkError` if the patch size does not divide the side, or if a number is out of range.
  package func resized(side: Int, patch: Int) throws(NetworkError) -> VisionTransformer {
    var other = self
    (other.imageSide, other.patch) = (side, patch)
    try other.check()
    return other
  }

  /// The names of the parameters that depend on side and patch.
  package static let resampledNames = [learnedPositions, embedding + ".weight"]

  /// A parameter of this network, resampled for `other`, which differs in side or patch size only.
  ///
  /// Positions [1, T, d] are resampled as a map of d channels, and the kernels of the patch embedding [d, 3, p, p] as
  /// maps, both bilinearly (`BilinearMaps`). The position of the class token and all other parameters are unchanged.
  package func resample(
    _ tensor: Tensor, called name: String, for other: VisionTransformer
  ) -> Tensor {
    switch name {
    case Self.learnedPositions where other.gridSide != gridSide:
      let (first, d) = (prefix * width, width)
      let cells = tensor.values[first...]
      let maps = Tensor.transposed(Array(cells), rows: gridSide * gridSide, columns: d)
      let moved = BilinearMaps(from: gridSide, to: other.gridSide).apply(maps)
      let tokens = Tensor.transposed(moved, rows: d, columns: other.gridSide * other.gridSide)
      return Tensor(tensor.values[..<first] + tokens, shape: [1, other.tokens, d])
    case Self.embedding + ".weight" where other.patch != patch:
      let kernels = BilinearMaps(from: patch, to: other.patch).apply(tensor.values)
      return Tensor(
        kernels, shape: Array(tensor.shape.prefix(2)) + [other.patch, other.patch])
    default: return tensor
    }
  }
}

extension Tensor {
  /// The transpose [columns, rows] of a matrix [rows, columns].
  fileprivate static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
  }
}
