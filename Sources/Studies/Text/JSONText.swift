// JSON that is safe to print on a terminal.

import Foundation

/// Encoded JSON as text. Encoders escape only the first 32 characters; here other characters that could control
/// a terminal are escaped too (`VisibleText.swift`), so that the values stay the same.
func jsonText(_ json: Data) -> String {
  var text = ""
  for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
    guard scalar.isInvisibleCommand, scalar != "\n" else {
      text.unicodeScalars.append(scalar)
      continue
    }
    for unit in String(scalar).utf16 {
      let digits = String(unit, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
  return text
}
