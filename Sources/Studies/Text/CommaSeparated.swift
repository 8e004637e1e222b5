// Comma-separated values (RFC 4180, line feeds), written so that a spreadsheet reads text as text.

/// A line of cells, with its line feed.
package func csvLine(_ cells: [String]) -> String { csvCells(cells) + "\n" }

/// A part of a line: cells separated by commas.
func csvCells(_ cells: [String]) -> String { cells.map(csvCell).joined(separator: ",") }

/// A cell. Text that a spreadsheet would read as a formula, because it begins with = + - @, a tab or
/// a carriage return, gets an apostrophe before it; numbers stay numbers. Control characters except
/// tabs and line ends are spelled out, since a table is also printed on terminals.
func csvCell(_ text: String) -> String {
  var cell = ""
  for scalar in text.unicodeScalars {
    if scalar.isInvisibleCommand, ![9, 10, 13].contains(scalar.value) {
      cell += scalar.spelled
    } else {
      cell.unicodeScalars.append(scalar)
    }
  }
  let (scalars, formula) = (cell.unicodeScalars, "=+-@\t\r".unicodeScalars)
  if let first = scalars.first, formula.contains(first), Double(cell) == nil { cell = "'" + cell }
  guard scalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return cell }
  // By code points: a quote with a combining mark also ends the cell.
  var quoted = "\""
  for scalar in cell.unicodeScalars {
    quoted += scalar == "\"" ? "\"\"" : String(Character(scalar))
  }
  return quoted + "\""
}
