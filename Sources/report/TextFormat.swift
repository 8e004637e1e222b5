/// How tables other than that of runs are printed.

import ArgumentParser
import Foundation
import Studies
import Tooling

enum TextFormat: String, ExpressibleByArgument, CaseIterable {
  case terminal, markdown, csv

  func text(of table: TextTable) -> String {
    switch self {
    case .terminal: table.terminal(width: terminalColumns)
    case .markdown: table.markdown
    case .csv: table.csv
    }
  }
}

struct TextFormatOption: ParsableArguments {
  @Option(help: "How to print: terminal, markdown or csv.")
  var format = TextFormat.terminal
}

/// The terminal's, else wide enough for the whole table.
var terminalColumns: Int { Terminal.width(of: STDOUT_FILENO) ?? 140 }
