// Tables for the page, and bytes for its pictures.

import Foundation

extension TextTable {
  /// An HTML table whose first column heads the rows; the page's script makes it sortable.
  package func html(caption: String) -> String {
    let headings = columns.map { column in
      // Headings may break between words, but not before their unit.
      let words = escaped(column.heading.replacing(" %", with: "\u{A0}%"))
      return "<th scope=\"col\"\(column.isNumeric ? " class=\"number\"" : "")>\(words)</th>"
    }
    let lines = rows.map { row in
      let cells = row.enumerated().map { index, cell in
        let value = columns[index].isNumeric ? sortValue(cell).map(exact) : nil
        let key = value.map { " data-value=\"\($0)\"" } ?? ""
        return index == 0
          ? "<th scope=\"row\"\(key)>\(escaped(cell))</th>"
          : "<td\(columns[index].isNumeric ? " class=\"number\"" : "")\(key)>\(escaped(cell))</td>"
      }
      return "<tr>\(cells.joined())</tr>\n"
    }
    let table =
      "<table>\n<caption>\(escaped(caption))</caption>\n<thead><tr>\(headings.joined())</tr>"
      + "</thead>\n<tbody>\n\(lines.joined())</tbody>\n</table>"
    return scrolling(table, label: caption)
  }
}

/// The value by which the page sorts a cell: the first number in it, or a little less after `<`. It is nil, which is
/// sorted last, if there is no number or one is infinite.
func sortValue(_ cell: String) -> Double? {
  guard !cell.contains("inf"), let match = cell.firstMatch(of: /[-+]?\d+(\.\d+)?(e[-+]?\d+)?/),
    let value = finite(Double(match.0))
  else { return nil }
  return cell.hasPrefix("<") ? value.nextDown : value
}

/// The Base64 text of bytes for a `data:` address.
func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
