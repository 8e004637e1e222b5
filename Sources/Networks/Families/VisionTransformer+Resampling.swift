/// Vision transformers: the same network for images of another side, and for patches of another size.

import Tensors

extension VisionTransformer {
  /// The network for images of this side in patches of this size.
  /// - Throws: `NetworkError` if there is no such network.
  package func resized(side: Int, patch: Int) throws(NetworkError) -> VisionTransformer {
    var other = self
    (other.imageSide, other.patch) = (side, patch)
    try other.check()
    return other
  }

  /// The names of the parameters that depend on side and patch.
  package static let resampledNames = [learnedPositions, embedding + ".weight"]

  /// A parameter of this network as `other`, which differs in side and patch, has it: positions [1, T, d] as a
  /// map of d channels, and the kernels [d, 3, p, p], bilinearly as `BilinearMaps` does; the class token's
  /// position stays, and so does every other parameter.
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
  /// [rows, columns] as [columns, rows].
  fileprivate static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
  }
}
