/// A vision transformer (Dosovitskiy et al. 2021, pre-norm): patches of an image become tokens of one width, blocks of
/// attention and MLP add to them, and a head reads the class token or the mean of the tokens.
///
/// The text form, which files hold, is a name (`vit-micro`, `vit-small-32`, `vit-tiny`, `vit-small`, `vit-base`); a name
/// with settings that differ, such as `vit-tiny:side=32,patch=4`; or all settings, such as
/// `vit:side=28,patch=4,width=64,depth=6,heads=4,mlp=128,pool=mean`.
package struct VisionTransformer: Equatable, Sendable {
  /// The input of the head.
  package enum Pool: String, Sendable {
    /// The class token: a learned token before those of the patches.
    case token = "class"
    /// The mean of all tokens, after the last normalisation.
    case mean
  }

  /// The kind of position embeddings.
  package enum Positions: String, Sendable {
    /// Embeddings that training changes.
    case learned
    /// Fixed sines and cosines of row and column (`SineCosinePositions`).
    case sincos
  }

  /// The height and width of the images, in pixels.
  package var imageSide: Int
  /// The height and width of a patch in pixels, a divisor of `imageSide`.
  package var patch: Int
  /// The width d: the number of values of a token.
  package var width: Int
  /// The number of blocks.
  package var depth: Int
  /// The number of attention heads, a divisor of `width`.
  package var heads: Int
  /// The number of hidden units of a block's MLP.
  package var mlp: Int
  package var pool: Pool
  package var positions: Positions
  /// The drop-path rate: the probability, in [0, 1), that a branch of the last block is dropped for an image in training
  /// (Huang et al. 2016). It rises linearly from 0 in the first block.
  package var dropPath: Float
  /// ε of layer normalisation, in (0, 1].
  package var epsilon: Double

  /// The number of patches in a row of the image, and in a column.
  package var gridSide: Int { imageSide / patch }
  /// The number of tokens before those of the patches: 1 with a class token, otherwise 0.
  package var prefix: Int { pool == .token ? 1 : 0 }
  /// The number T of tokens of an image.
  package var tokens: Int { prefix + gridSide * gridSide }
  /// The width h of a head: the number of values of its query, key and value.
  package var headWidth: Int { width / heads }

  /// The named networks: DeiT's three (Touvron et al. 2021), and two for small images.
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

  /// Makes a network from the sizes in a file, all in pixels or values. Positions are learned and the drop-path rate is 0.
  /// - Throws: `NetworkError` if a size is out of range, or if sizes do not fit together.
  package init(
    side: Int, patch: Int, width: Int, depth: Int, heads: Int, mlp: Int, pool: Pool,
    epsilon: Double = 1e-6
  ) throws(NetworkError) {
    self.init(side, patch: patch, width, depth: depth, heads: heads, mlp: mlp, pool)
    self.epsilon = epsilon
    try check()
  }

  /// Checks all settings.
  /// - Throws: `NetworkError` that names the first setting out of range.
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
        "images of \(imageSide)×\(imageSide) are not divisible into patches of \(patch)×\(patch)")
    }
    guard width % heads == 0 else {
      throw NetworkError("a width of \(width) is not divisible by \(heads) heads")
    }
    guard positions == .learned || width % 4 == 0 else {
      throw NetworkError("sine-cosine positions need a width divisible by 4, not \(width)")
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
