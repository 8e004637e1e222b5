/// Text that others wrote, made safe to show: names, options and warnings come from files.

extension String {
  /// The text in one line: line ends and tabs become spaces; control characters, which could steer a
  /// terminal, characters that turn the direction of writing, and code points that are no characters
  /// are spelled out, as `<U+001B>`.
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
  /// The code point in letters, as `<U+82B1>`.
  var spelled: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
  }

  /// Whether the character moves to another line or column: U+0009 to U+000D, U+0085, U+2028, U+2029.
  var isLineEndOrTab: Bool { (9...13).contains(value) || [0x85, 0x2028, 0x2029].contains(value) }

  /// Whether the character is a command to what shows the text, or no character at all.
  var isInvisibleCommand: Bool {
    // Most text is ASCII, and Unicode's tables are slow to ask.
    if isASCII { return value < 0x20 || value == 0x7F }
    return properties.generalCategory == .control || properties.isBidiControl
      || properties.isNoncharacterCodePoint
  }
}
