// Names of files made from names of data sets: small ASCII letters, digits and hyphens, safe on all systems
// and different for different data sets.

import Foundation

/// A name that is safe for files on all systems. A name of small ASCII letters and digits in words joined by
/// hyphens, of at most `longest` characters, stays unchanged. Any other name is reduced to such characters, with its
/// CRC-32 added, so that `a b` and `a-b` differ, and 花 and 鳥.
package func slug(_ name: String, longest: Int = 40) -> String {
  let letters = name.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars.filter {
    $0.properties.generalCategory != .nonspacingMark
  }
  let words = letters.split { !("a"..."z").contains($0) && !("0"..."9").contains($0) }
    .map { String(String.UnicodeScalarView($0)) }
  let readable = words.joined(separator: "-")
  guard readable != name || readable.utf8.count > longest || readable.isEmpty else { return name }
  let check = String(cyclicCheck(Array(name.utf8)), radix: 16)
  let digits = String(repeating: "0", count: 8 - check.count) + check
  let kept = readable.prefix(max(0, longest - 9)).split(separator: "-")
  return (kept + [digits[...]]).joined(separator: "-")
}

/// A slug for each name, all of them different.
package func distinctSlugs(_ names: [String]) -> [String] {
  var taken: Set<String> = []
  return names.map { name in
    let first = slug(name)
    var (candidate, number) = (first, 2)
    while !taken.insert(candidate).inserted {
      candidate = "\(first)-\(number)"
      number += 1
    }
    return candidate
  }
}
