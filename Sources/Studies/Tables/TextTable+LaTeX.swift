// Tables for papers: a `tabular` that needs no package, with every character escaped.

extension TextTable {
  /// The table as a LaTeX `tabular`, which compiles in any document in text mode.
  package var latex: String {
    func line(_ cells: [String]) -> String {
      cells.map(latexEscaped).joined(separator: " & ") + " \\\\\n"
    }
    let sides = columns.map { $0.isNumeric ? "r" : "l" }.joined()
    return "\\begin{tabular}{\(sides)}\n\\hline\n" + line(columns.map(\.heading)) + "\\hline\n"
      + rows.map(line).joined() + "\\hline\n\\end{tabular}\n"
  }
}

extension ResultTable {
  /// A `table` for each data set, with the notes below in small print, for `\input` in a document.
  /// It needs no package. Characters that pdflatex does not have are spelled out, as the first line says.
  package var latex: String {
    "% Compiles with pdflatex; a character that it has no letter for is written as <U+82B1>.\n"
      + sections.map { section in
        let notes = notes(section).map(latexEscaped).joined(separator: " ")
        let others = details(section, withVerdict: true).map { detail in
          "\\par\\smallskip\n\\parbox{\\linewidth}{\\footnotesize "
            + "\(latexEscaped(detail.title)).}\\par\\smallskip\n\(detail.table.latex)"
        }.joined()
        return "\\begin{table}\n\\centering\n\\caption{"
          + "\(section.isTested ? "Test" : "Best validation") accuracy on "
          + "\(latexEscaped(section.dataset)).}\n\\footnotesize\\setlength{\\tabcolsep}{4pt}\n\(reading(section).latex)"
          + "\n\\smallskip\n\\parbox{\\linewidth}{\\footnotesize \(notes)}\n\(others)\\end{table}\n"
      }.joined(separator: "\n")
  }

  /// The table with fewer columns: a page is narrower than a screen, and its readers expect p rather than a verdict.
  private func reading(_ section: Section) -> TextTable {
    let table = text(section)
    return table.keeping { index in
      let heading = table.columns[index].heading
      return heading != "verdict" && !heading.hasPrefix("epochs to")
    }
  }
}
