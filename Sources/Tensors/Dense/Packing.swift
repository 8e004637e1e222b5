/// Panels of 32 columns from row-major matrices, padded with zeros.
enum Packing {
  /// Panel number `panel` of Wᵀ: its columns are 32 rows of W [K, d] → [d][32].
  static func transpose(_ w: Rows, panel: Int, into target: UnsafeMutablePointer<Float>) {
    for half in 0..<2 {
      let first = panel &* Panels.width &+ half &* 16
      transpose(w, first: first, count: min(16, w.count &- first), into: target + half &* 16)
    }
  }

  /// Half a panel: `count` rows of W from `first` on.
  private static func transpose(
    _ w: Rows, first: Int, count: Int, into target: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    if count == 16 {
      while column &+ 16 <= w.width {
        Transpose.lanes(
          w.row(first) + column, rowStride: w.stride, target + column &* Panels.width,
          targetStride: Panels.width)
        column &+= 16
      }
    }
    while column < w.width {
      let row = target + column &* Panels.width
      row.store(.zero)
      for i in 0..<max(0, count) { row[i] = w.row(first &+ i)[column] }
      column &+= 1
    }
  }

  /// Panel number `panel` of W [K, d]: 32 of its columns → [K][32].
  static func copy(_ w: Rows, panel: Int, into target: UnsafeMutablePointer<Float>) {
    let first = panel &* Panels.width
    let columns = min(Panels.width, w.width &- first)
    for k in 0..<w.count {
      let (source, row) = (w.row(k) + first, target + k &* Panels.width)
      if columns == Panels.width {
        row.store(source.lanes)
        row.store(source.lanes(at: 16), at: 16)
      } else {
        for i in 0..<Panels.width { row[i] = i < columns ? source[i] : 0 }
      }
    }
  }
}
