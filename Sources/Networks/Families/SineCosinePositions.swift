// Fixed sine-cosine position embeddings.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Fixed position embeddings: sines and cosines of column and row, in the order of Chen, Xie & He (2021, *MoCo v3*) and of
/// timm's `build_sincos2d_pos_embed`.
///
/// With n a quarter of the width, there are n values each for the sine and the cosine of the column, then of the row, at
/// frequencies 10000^(−i/n).
enum SineCosinePositions {
  /// The embeddings [prefix + gridSide², width], which are zero for the `prefix` tokens before those of the patches.
  static func values(gridSide: Int, width: Int, prefix: Int) -> [Float] {
    precondition(width % 4 == 0)
    let quarter = width / 4
    var values = [Float](repeating: 0, count: prefix * width)
    for place in 0..<gridSide * gridSide {
      for coordinate in [place % gridSide, place / gridSide] {
        let angles = (0..<quarter).map { i in
          Double(coordinate) * pow(10_000, -Double(i) / Double(quarter))
        }
        values += angles.map { Float(sin($0)) } + angles.map { Float(cos($0)) }
      }
    }
    return values
  }
}

extension VisionTransformer {
  /// The sine-cosine embeddings [T, d], as initial values of learned positions.
  /// - Throws: `NetworkError` if the width is not divisible by 4.
  package func sineCosinePositions() throws(NetworkError) -> [Float] {
    var fixed = self
    fixed.positions = .sincos
    try fixed.check()
    return SineCosinePositions.values(gridSide: gridSide, width: width, prefix: prefix)
  }
}
