// Checks that values keep their digits in single precision, in which files store them.

import Tensors

extension Array where Element: BinaryFloatingPoint {
  /// The largest |x|, 0 of none; nil if one is not finite.
  var largestMagnitude: Element? {
    withUnsafeBufferPointer { values in
      // Four at a time: each maximum waits for the one before it. x − x is 0 of finite x only.
      var largest: (Element, Element, Element, Element) = (0, 0, 0, 0)
      var excess: (Element, Element, Element, Element) = (0, 0, 0, 0)
      let whole = values.count & ~3
      for i in stride(from: 0, to: whole, by: 4) {
        let (w, x) = (values[i].magnitude, values[i + 1].magnitude)
        let (y, z) = (values[i + 2].magnitude, values[i + 3].magnitude)
        largest.0 = w > largest.0 ? w : largest.0
        largest.1 = x > largest.1 ? x : largest.1
        largest.2 = y > largest.2 ? y : largest.2
        largest.3 = z > largest.3 ? z : largest.3
        excess.0 += w - w
        excess.1 += x - x
        excess.2 += y - y
        excess.3 += z - z
      }
      for value in values[whole...] {
        largest.0 = Swift.max(largest.0, value.magnitude)
        excess.0 += value - value
      }
      guard excess.0 + excess.1 + excess.2 + excess.3 == 0 else { return nil }
      return Swift.max(largest.0, largest.1, largest.2, largest.3)
    }
  }

  /// Whether all are zero, or the largest is neither infinite nor below the smallest number that single
  /// precision holds with all its digits.
  var isOfSinglePrecision: Bool {
    guard let largest = largestMagnitude.map({ Double($0) }) else { return false }
    return largest == 0
      || (Double(Float.leastNormalMagnitude)...Double(Float.greatestFiniteMagnitude))
        .contains(largest)
  }
}
