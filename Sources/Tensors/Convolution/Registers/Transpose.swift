/// Transposition of blocks of floats in registers.
enum Transpose {
  /// Rows of sixteen, `rowStride` floats apart → the transposed 16×16 block, rows `targetStride` apart.
  ///
  /// Taking the even lanes of rows a and b as one row and the odd ones as another exchanges one bit of
  /// the row's number with one of the lane's; four rounds exchange all.
  @inline(__always)
  static func lanes(
    _ source: UnsafePointer<Float>, rowStride: Int, _ target: UnsafeMutablePointer<Float>,
    targetStride: Int = 16
  ) {
    var row = 0
    while row < 16 {
      twoRounds(
        source + row &* rowStride, rowStride, target + row &* targetStride, targetStride)
      row &+= 4
    }
    row = 0
    while row < 4 {
      let (target, step) = (target + row &* targetStride, 4 &* targetStride)
      twoRounds(target, step, target, step)
      row &+= 1
    }
  }

  @inline(__always)
  private static func twoRounds(
    _ source: UnsafePointer<Float>, _ stride: Int, _ target: UnsafeMutablePointer<Float>,
    _ step: Int
  ) {
    let (a, b) = (source.lanes, source.lanes(at: stride))
    let (c, d) = (source.lanes(at: 2 &* stride), source.lanes(at: 3 &* stride))
    let (evenAB, oddAB) = (evens(a, b), odds(a, b))
    let (evenCD, oddCD) = (evens(c, d), odds(c, d))
    target.store(evens(evenAB, evenCD))
    target.store(evens(oddAB, oddCD), at: step)
    target.store(odds(evenAB, evenCD), at: 2 &* step)
    target.store(odds(oddAB, oddCD), at: 3 &* step)
  }

  @inline(__always)
  private static func evens(_ a: Lanes, _ b: Lanes) -> Lanes {
    Lanes(lowHalf: a.evenHalf, highHalf: b.evenHalf)
  }

  @inline(__always)
  private static func odds(_ a: Lanes, _ b: Lanes) -> Lanes {
    Lanes(lowHalf: a.oddHalf, highHalf: b.oddHalf)
  }
}
