/// Positions that are not learned.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Sines and cosines of row and column, as Chen, Xie & He (2021, *MoCo v3*) and timm's `build_sincos2d_pos_embed`
/// lay them out: a quarter of the width each for sin and cos of the column, then of the row, at frequencies 10000^(−i/n).
enum SineCosinePositions {
  /// [prefix + gridSide², width]; zeros for tokens before the patches'.
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
  /// What learned positions [T, d] start from to be these.
  /// - Throws: `NetworkError` if the width is of no whole fours.
  package func sineCosinePositions() throws(NetworkError) -> [Float] {
    var fixed = self
    fixed.positions = .sincos
    try fixed.check()
    return SineCosinePositions.values(gridSide: gridSide, width: width, prefix: prefix)
  }
}
