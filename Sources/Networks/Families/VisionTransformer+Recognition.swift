/// Vision transformers: what files of other programs leave out, and the text that states it.

import Tensors

extension VisionTransformer {
  /// The number of heads of the published networks of a width (Dosovitskiy et al. 2021; Zhai et al. 2022):
  /// heads of 64 values, and 16 heads in the four largest; nil where width does not tell it.
  package static func usualHeads(width: Int) -> Int? {
    if [1152, 1280, 1408, 1664].contains(width) { return 16 }
    return width > 0 && width.isMultiple(of: 64) ? width / 64 : nil
  }

  /// A text that states every setting of what a file holds, with this for the number of heads.
  package static func statement(
    side: Int, patch: Int, width: Int, depth: Int, mlp: Int, pool: Pool, epsilon: Double,
    heads: String
  ) -> String {
    "vit:side=\(side),patch=\(patch),width=\(width),depth=\(depth),heads=\(heads),mlp=\(mlp)"
      + (pool == .token ? "" : ",pool=\(pool.rawValue)") + ",epsilon=\(epsilon)"
  }
}

extension VisionTransformer {
  /// Positions [1, T, d] that are no parameter; nil where they are learned.
  package var fixedPositions: Tensor? {
    guard positions == .sincos else { return nil }
    return Tensor(
      SineCosinePositions.values(gridSide: gridSide, width: width, prefix: prefix),
      shape: [1, tokens, width])
  }
}

extension Architecture {
  /// The vision transformer that it is, if it is one.
  package var transformer: VisionTransformer? { family as? VisionTransformer }
}
