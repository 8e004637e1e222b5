// Text for GitHub's Markdown (cmark-gfm), in which names from files stay text.

/// Text in one line, for a cell, a heading or a sentence. Characters that would begin emphasis, code, a link, a tag,
/// an entity, mathematics or another cell are escaped. Intervals such as [1, 2] stay unchanged.
package func markdownEscaped(_ text: String) -> String {
  let scalars = Array(text.visible.unicodeScalars)
  func scalar(_ index: Int) -> Unicode.Scalar? {
    scalars.indices.contains(index) ? scalars[index] : nil
  }
  func isWord(_ index: Int) -> Bool {
    scalar(index)?.properties.isAlphabetic == true || isDigit(index)
  }
  func isDigit(_ index: Int) -> Bool { scalar(index).map { ("0"..."9").contains($0) } ?? false }
  var result = ""
  for (index, character) in scalars.enumerated() {
    let isSpecial =
      switch character {
      case "\\", "|", "`", "*", "~", "$", "#": true
      // Between letters it is not emphasis: learning_rate.
      case "_": !(isWord(index - 1) && isWord(index + 1))
      case "[": !isDigit(index + 1) && scalar(index + 1) != "-"
      case "]": scalar(index + 1) == "(" || scalar(index + 1) == "["
      case "<": scalar(index + 1) != " "
      case "&": isWord(index + 1) || scalar(index + 1) == "#"
      default: false
      }
    if isSpecial { result += "\\" }
    result.unicodeScalars.append(character)
  }
  return result
}

extension TextTable {
  /// The table in GitHub's Markdown, with one line for each row.
  package var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(markdownEscaped).joined(separator: " | ") + " |\n"
    }
    let rule = "|" + columns.map { $0.isNumeric ? "---:" : "---" }.joined(separator: "|") + "|\n"
    return line(columns.map(\.heading)) + rule + rows.map(line).joined()
  }
}
