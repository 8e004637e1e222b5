// Numbers in messages for people.

import Foundation

/// Amounts and times in messages.
package enum Format {
  /// An amount with its unit: `1250 images`, or `12.3 MB` for the unit `bytes`.
  package static func amount(_ count: Int, _ unit: String) -> String {
    guard unit == "bytes" else { return "\(count) \(unit)" }
    var value = Double(count)
    var suffix = "B"
    for larger in ["kB", "MB", "GB", "TB"] where value >= 1000 {
      value /= 1000
      suffix = larger
    }
    return suffix == "B" ? "\(count) B" : String(format: "%.1f %@", value, suffix)
  }

  /// A duration: `0.8 s`, `42 s`, `3 min 5 s`, `2 h 4 min`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "unknown time" }
    if seconds < 10 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
