/// Whether values keep their digits in files, which hold single precision.

import Tensors

extension Sequence where Element: BinaryFloatingPoint {
  /// Whether all are zero, or the largest is neither infinite nor below the smallest number that single
  /// precision holds with all its digits.
  var isOfSinglePrecision: Bool {
    var largest: Element = 0
    for value in self {
      guard value.isFinite else { return false }
      largest = Swift.max(largest, abs(value))
    }
    let size = Double(largest)
    return size == 0
      || (Double(Float.leastNormalMagnitude)...Double(Float.greatestFiniteMagnitude)).contains(size)
  }
}
