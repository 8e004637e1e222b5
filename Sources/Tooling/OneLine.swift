// Text from files and servers, made safe to print in one line of a terminal.

extension String {
  /// The text with line ends as spaces, and with control characters, which could control a terminal, as `?`.
  var oneLine: String {
    let trimmed = split(whereSeparator: \.isNewline).joined(separator: " ")
    return String(
      String.UnicodeScalarView(
        trimmed.unicodeScalars.map {
          $0.properties.generalCategory == .control ? "?" : $0
        }))
  }
}
