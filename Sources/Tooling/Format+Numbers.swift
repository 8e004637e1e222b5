// Numbers with fixed digits, percentages, and columns of text.

import Foundation

extension Format {
  /// The number with a fixed number of digits after the decimal point; `nan` when it is not a number.
  package static func fixed(_ x: Double, _ digits: Int) -> String {
    x.isNaN ? "nan" : String(format: "%.\(digits)f", x)
  }

  /// A share in [0, 1] as a percentage, `81.2 %`.
  package static func percent(_ share: Double) -> String {
    share.isNaN ? "none" : fixed(100 * share, 1) + " %"
  }

  /// Text padded with spaces to a width, for columns.
  package static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
