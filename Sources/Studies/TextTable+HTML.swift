/// The table for the page, and bytes for its pictures.

import Foundation

extension TextTable {
  /// An HTML table whose first column heads the rows; the page's script makes it sortable.
  func html(caption: String) -> String {
    let headings = columns.map { column in
      "<th scope=\"col\"\(column.isNumeric ? " class=\"number\"" : "")>\(escaped(column.heading))</th>"
    }
    let lines = rows.map { row in
      let cells = row.enumerated().map { index, cell in
        index == 0
          ? "<th scope=\"row\">\(escaped(cell))</th>"
          : "<td\(columns[index].isNumeric ? " class=\"number\"" : "")>\(escaped(cell))</td>"
      }
      return "<tr>\(cells.joined())</tr>\n"
    }
    let table =
      "<table>\n<caption>\(escaped(caption))</caption>\n<thead><tr>\(headings.joined())</tr>"
      + "</thead>\n<tbody>\n\(lines.joined())</tbody>\n</table>"
    return scrolling(table, label: caption)
  }
}

/// Bytes for a `data:` address.
func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
