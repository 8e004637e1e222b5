/// Vision transformers: text → what they are made of.

/// A vision transformer (Dosovitskiy et al. 2021, pre-norm): patches of an image become tokens of one width,
/// blocks of attention and MLP add to them, and a head reads the class token or the tokens' mean.
///
/// Text form, as files hold it: `vit-micro`, `vit-small-32`, `vit-tiny` (DeiT's), `vit-small`, `vit-base`; with
/// custom settings, `vit-tiny:side=32,patch=4`; or all of them,
/// `vit:side=28,patch=4,width=64,depth=6,heads=4,mlp=128,pool=mean`.
package struct VisionTransformer: Equatable, Sendable {
  /// What the head reads.
  package enum Pool: String, Sendable {
    /// A learned token that stands before the patches' tokens.
    case token = "class"
    /// The mean of all tokens, after the last normalisation.
    case mean
  }

  /// What tells tokens where they are.
  package enum Positions: String, Sendable {
    case learned
    /// Fixed sines and cosines of row and column (`SineCosinePositions`).
    case sincos
  }

  /// Height and width of the images, in pixels.
  package var imageSide: Int
  /// Height and width of a patch: a divisor of `imageSide`.
  package var patch: Int
  /// d: values of a token.
  package var width: Int
  /// Number of blocks.
  package var depth: Int
  /// Attention heads, a divisor of `width`.
  package var heads: Int
  /// Hidden units of a block's MLP.
  package var mlp: Int
  package var pool: Pool
  package var positions: Positions
  /// Probability that the last block's branches are dropped for an image in training, less in earlier blocks in
  /// proportion (Huang et al. 2016).
  package var dropPath: Float
  /// ε of layer normalisation.
  package var epsilon: Double

  /// Patches in a row of the image, and in a column.
  package var gridSide: Int { imageSide / patch }
  /// Tokens that stand before those of the patches.
  package var prefix: Int { pool == .token ? 1 : 0 }
  /// T
  package var tokens: Int { prefix + gridSide * gridSide }
  /// h: values of a head's query.
  package var headWidth: Int { width / heads }

  /// Networks with names of their own: DeiT's three (Touvron et al. 2021), and two for small images.
  package static let named: [(name: String, network: VisionTransformer)] = [
    ("vit-micro", VisionTransformer(28, patch: 4, 64, depth: 6, heads: 4, mlp: 128, .mean)),
    ("vit-small-32", VisionTransformer(32, patch: 4, 128, depth: 6, heads: 4, mlp: 256, .token)),
    ("vit-tiny", VisionTransformer(224, patch: 16, 192, depth: 12, heads: 3, mlp: 768, .token)),
    ("vit-small", VisionTransformer(224, patch: 16, 384, depth: 12, heads: 6, mlp: 1536, .token)),
    ("vit-base", VisionTransformer(224, patch: 16, 768, depth: 12, heads: 12, mlp: 3072, .token)),
  ]

  static let defaultEpsilon = 1e-6

  init(
    _ side: Int, patch: Int, _ width: Int, depth: Int, heads: Int, mlp: Int, _ pool: Pool
  ) {
    (imageSide, self.patch, self.width, self.depth) = (side, patch, width, depth)
    (self.heads, self.mlp, self.pool) = (heads, mlp, pool)
    (positions, dropPath, epsilon) = (.learned, 0, Self.defaultEpsilon)
  }

  /// A network of these sizes, as a file has them.
  /// - Throws: `NetworkError` if there is no such network.
  package init(
    side: Int, patch: Int, width: Int, depth: Int, heads: Int, mlp: Int, pool: Pool,
    epsilon: Double = 1e-6
  ) throws(NetworkError) {
    self.init(side, patch: patch, width, depth: depth, heads: heads, mlp: mlp, pool)
    self.epsilon = epsilon
    try check()
  }

  /// - Throws: `NetworkError` naming the first setting that is out of range.
  func check() throws(NetworkError) {
    let ranges = [
      ("side", imageSide, 1...4096), ("patch", patch, 1...256), ("width", width, 1...4096),
      ("depth", depth, 1...64), ("heads", heads, 1...256), ("mlp", mlp, 1...16_384),
    ]
    for (key, value, range) in ranges where !range.contains(value) {
      throw NetworkError(
        "\(key) of a vision transformer is \(range.lowerBound) to \(range.upperBound), not \(value)"
      )
    }
    guard imageSide % patch == 0 else {
      throw NetworkError(
        "images of \(imageSide)×\(imageSide) are no whole number of patches of \(patch)")
    }
    guard width % heads == 0 else {
      throw NetworkError("a width of \(width) is no whole number of \(heads) heads")
    }
    guard positions == .learned || width % 4 == 0 else {
      throw NetworkError("sine-cosine positions need a width of whole fours, not \(width)")
    }
    guard dropPath >= 0, dropPath < 1 else {
      throw NetworkError("drop-path is a probability below 1, not \(dropPath)")
    }
    guard epsilon > 0, epsilon <= 1 else {
      throw NetworkError("epsilon of a layer normalisation is in (0, 1], not \(epsilon)")
    }
    guard tokens <= 65_536 else { throw NetworkError("\(tokens) tokens are more than 65536") }
  }
}
