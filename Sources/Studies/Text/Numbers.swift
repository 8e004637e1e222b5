// Numbers as text, the same on every machine: without locale, negative zero, or typographic minus signs,
// so that tables can be parsed again.

import Foundation

/// The value with a fixed number of decimals; "nan", "inf" or "-inf" when it is not finite.
func decimal(_ value: Double, _ places: Int) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
  let text = String(format: "%.\(places)f", value)
  let isNegativeZero = text.hasPrefix("-") && !text.contains { "123456789".contains($0) }
  return isNegativeZero ? String(text.dropFirst()) : text
}

/// An accuracy in [0, 1] as percent with two decimals, without the sign.
func percent(_ value: Double) -> String { decimal(100 * value, 2) }

/// A share as percentage points, such as "1" or "0.5", for a margin.
func points(_ share: Double) -> String {
  let text = decimal(100 * share, 3)
  return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
}

/// A count rounded up to two digits: 117 becomes 120.
func roundedUp(_ count: Int) -> Int {
  var unit = 1
  while count / unit >= 100 { unit *= 10 }
  return (count + unit - 1) / unit * unit
}

/// A number with two or three significant digits, for quantities that span decades.
func significant(_ value: Double) -> String {
  switch abs(value) {
  case 100..<1e5: decimal(value, 0)
  case 10..<100: decimal(value, 1)
  case 0.1..<10: decimal(value, 2)
  case 0: "0"
  default: value.isFinite ? String(format: "%.1e", value) : decimal(value, 0)
  }
}

/// The text of a p-value: three decimals, or "< 0.001".
func probability(_ p: Double) -> String { p < 0.001 ? "< 0.001" : decimal(p, 3) }

/// A statement of a p-value: "p = 0.031", or "p < 0.001".
func probabilityStatement(_ p: Double) -> String {
  "p " + (p < 0.001 ? "" : "= ") + probability(p)
}

/// The shortest text that reads back as the same number, for data files; empty when it is not finite.
func exact(_ value: Double?) -> String {
  guard let value, value.isFinite else { return "" }
  return value == value.rounded() && abs(value) < 1e15 ? decimal(value, 0) : "\(value)"
}
