// Text from files (names, options and warnings), made safe to show.

extension String {
  /// The text in one line. Line ends and tabs become spaces. Control characters, which could control a
  /// terminal, characters that change the direction of writing, and code points that are not characters
  /// are spelled out, such as `<U+001B>`.
  package var visible: String {
    guard utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.isLineEndOrTab {
        result += " "
      } else if scalar.isInvisibleCommand {
        result += scalar.spelled
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// The code point spelled out, such as `<U+82B1>`.
  var spelled: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
  }

  /// Whether the character moves to another line or column: U+0009 to U+000D, U+0085, U+2028, U+2029.
  var isLineEndOrTab: Bool { (9...13).contains(value) || [0x85, 0x2028, 0x2029].contains(value) }

  /// Whether the code point is a command to the program that shows the text, or not a character at all.
  var isInvisibleCommand: Bool {
    // Most text is ASCII, and lookups in Unicode's tables are slow.
    if isASCII { return value < 0x20 || value == 0x7F }
    return properties.generalCategory == .control || properties.isBidiControl
      || properties.isNoncharacterCodePoint
  }
}
