/// JSON that may be printed on a terminal.

import Foundation

/// Encoded JSON as text. Encoders escape the first 32 characters only; here the others that could steer
/// a terminal are escaped too (`VisibleText.swift`), so that the values stay what they are.
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
