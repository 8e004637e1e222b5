// Vision transformers: settings that files of other programs leave out, and the text that states them.

import Tensors

extension VisionTransformer {
  /// The number of heads in the published networks of a given width (Dosovitskiy et al. 2021; Zhai et al. 2022): heads of
  /// 64 values, and 16 heads in the four largest networks. nil if the width does not determine it.
  package static func usualHeads(width: Int) -> Int? {
    if [1152, 1280, 1408, 1664].contains(width) { return 16 }
    return width > 0 && width.isMultiple(of: 64) ? width / 64 : nil
  }

  /// A text that states every setting of a network in a file. `heads` stands for the number of heads, which may be unknown.
  package static func statement(
    side: Int, patch: Int, width: Int, depth: Int, mlp: Int, pool: Pool, epsilon: Double,
    heads: String
  ) -> String {
    "vit:side=\(side),patch=\(patch),width=\(width),depth=\(depth),heads=\(heads),mlp=\(mlp)"
      + (pool == .token ? "" : ",pool=\(pool.rawValue)") + ",epsilon=\(epsilon)"
  }
}

extension VisionTransformer {
  /// The fixed position embeddings [1, T, d]; nil if positions are learned and therefore a parameter.
  package var fixedPositions: Tensor? {
    guard positions == .sincos else { return nil }
    return Tensor(
      SineCosinePositions.values(gridSide: gridSide, width: width, prefix: prefix),
      shape: [1, tokens, width])
  }
}

extension Architecture {
  /// The body as a vision transformer; nil if it is of another family.
  package var transformer: VisionTransformer? { family as? VisionTransformer }
}
