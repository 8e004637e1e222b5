// Tables of text for people: columns with a heading, an alignment and a priority.
// Every format for reading is made from them; data formats are made from the numbers.

/// A table of text; every row has a cell for each column.
package struct TextTable: Sendable, Equatable {
  /// A column of a table.
  package struct Column: Sendable, Equatable {
    package var heading: String
    package var isNumeric: Bool
    /// The priority, 0 for the most important; if a line is short, columns with the highest numbers follow below.
    package var priority: Int
    /// Whether the cells identify rows, as those of the first column always do.
    package var namesRows: Bool

    package init(
      _ heading: String, isNumeric: Bool = true, priority: Int = 0, namesRows: Bool = false
    ) {
      self.heading = heading
      self.isNumeric = isNumeric
      self.priority = priority
      self.namesRows = namesRows
    }
  }

  package private(set) var columns: [Column]
  package private(set) var rows: [[String]]

  package init(_ columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows.map { row in
      columns.indices.map { row.indices.contains($0) ? row[$0] : "" }
    }
  }

  /// The table without the columns in which every cell is empty.
  package var withoutEmptyColumns: TextTable {
    keeping { index in rows.contains { !$0[index].isEmpty } }
  }

  /// The table with only the columns for which `isKept` is true.
  func keeping(_ isKept: (Int) -> Bool) -> TextTable {
    let kept = columns.indices.filter(isKept)
    return TextTable(kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
  }
}

extension TextTable {
  /// The table as CSV (RFC 4180 with line feeds), with the cells as they are shown.
  package var csv: String { ([columns.map(\.heading)] + rows).map(csvLine).joined() }
}
