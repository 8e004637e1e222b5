/// The table for a paper: a `tabular` that needs no package, every character escaped.

extension TextTable {
  /// A LaTeX `tabular`; compiles in any document in text mode.
  public var latex: String {
    func line(_ cells: [String]) -> String {
      cells.map(latexEscaped).joined(separator: " & ") + " \\\\\n"
    }
    let sides = columns.map { $0.isNumeric ? "r" : "l" }.joined()
    return "\\begin{tabular}{\(sides)}\n\\hline\n" + line(columns.map(\.heading)) + "\\hline\n"
      + rows.map(line).joined() + "\\hline\n\\end{tabular}\n"
  }
}

extension ResultTable {
  /// One `table` for each data set, the notes below in small print; for `\input` in a document.
  public var latex: String {
    sections.map { section in
      let notes = notes(section).map(latexEscaped).joined(separator: " ")
      return "\\begin{table}\n\\centering\n\\caption{"
        + "\(section.isTested ? "Test" : "Best validation") accuracy on "
        + "\(latexEscaped(section.dataset)).}\n\\footnotesize\\setlength{\\tabcolsep}{4pt}\n\(reading(section).latex)"
        + "\n\\smallskip\n\\parbox{\\linewidth}{\\footnotesize \(notes)}\n\\end{table}\n"
    }.joined(separator: "\n")
  }

  /// A page is narrower than a screen, and its readers expect p rather than a verdict in words.
  private func reading(_ section: Section) -> TextTable {
    let table = text(section)
    return table.keeping { index in
      let heading = table.columns[index].heading
      return heading != "verdict" && !heading.hasPrefix("epochs to")
    }
  }
}

/// Text for LaTeX: its ten special characters escaped, symbols as commands; what the oldest engine
/// has no letter for becomes a question mark.
func latexEscaped(_ text: String) -> String {
  let commands: [Character: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "%": "\\%", "_": "\\_", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "±": "$\\pm$", "×": "$\\times$", "−": "$-$", "–": "--", "—": "---", "<": "$<$", ">": "$>$",
    "\"": "''", "|": "$|$", "’": "'",
  ]
  // Brackets in braces: after a line's end, [ would begin an optional argument.
  return text.map { character in
    if let command = commands[character] { return command }
    if character == "[" { return "{[}" }
    if character == "]" { return "{]}" }
    return character.isASCII && !character.isNewline ? String(character) : "?"
  }.joined()
}
