// Curves in one line of text.

/// The curve of `values` as blocks of eight heights between `low` and `high`, in at most `width` characters. Longer
/// curves are thinned evenly, with the last value always shown. Empty for no values.
package func sparkline(_ values: [Double], low: Double, high: Double, width: Int = 16) -> String {
  let blocks = Array("▁▂▃▄▅▆▇█")
  let count = min(values.count, max(width, 1))
  let shown = (0..<count).map { step in
    values[count == 1 ? values.count - 1 : step * (values.count - 1) / (count - 1)]
  }
  return String(
    shown.map { value in
      guard value.isFinite, low.isFinite, high.isFinite, high > low else { return blocks[0] }
      // Values are halved, since the difference of two finite numbers may be infinite.
      let share = min(max((value / 2 - low / 2) / (high / 2 - low / 2), 0), 1)
      return blocks[min(Int(share * Double(blocks.count)), blocks.count - 1)]
    })
}
