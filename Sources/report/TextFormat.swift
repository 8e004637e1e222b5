// Formats in which tables other than that of runs are printed.

import ArgumentParser
import Foundation
import Studies
import Tooling

enum TextFormat: String, ExpressibleByArgument, CaseIterable {
  case terminal, markdown, csv, latex, html

  /// - Parameter caption: what a table of HTML is called.
  func text(of table: TextTable, caption: String) -> String {
    switch self {
    case .terminal: table.terminal(width: terminalColumns)
    case .markdown: table.markdown
    case .csv: table.csv
    case .latex: table.latex
    case .html: table.html(caption: caption)
    }
  }

  /// Tables below each other, under a heading where the format has room for one.
  func text(of tables: [TextTable], heading: String) -> String {
    let text = tables.map { self.text(of: $0, caption: heading) }.joined(separator: "\n")
    return switch self {
    case .terminal: "\(heading.visible)\n\n" + text
    case .markdown: "### \(markdownEscaped(heading))\n\n" + text
    case .latex: "% \(heading.visible)\n" + text
    case .csv, .html: text
    }
  }
}

struct TextFormatOption: ParsableArguments {
  @Option(
    help: "Format of the output: terminal, markdown, csv, latex or html (a table for a page).")
  var format = TextFormat.terminal
}

/// The terminal's, else wide enough for the whole table.
var terminalColumns: Int { Terminal.width(of: STDOUT_FILENO) ?? 140 }
