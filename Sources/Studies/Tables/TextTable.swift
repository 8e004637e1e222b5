/// A table of words for people: columns with a heading, a side, and how important they are.
/// Every format for reading is made from it; data formats are made from the numbers.

/// Cells as text; every row has one for each column.
package struct TextTable: Sendable, Equatable {
  /// A column.
  package struct Column: Sendable, Equatable {
    package var heading: String
    package var isNumeric: Bool
    /// 0 for the most important; where a line is short, the highest numbers follow below.
    package var priority: Int
    /// Whether the cells tell rows apart, as the first column's always do.
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

  /// Without the columns in which every cell is empty.
  package var withoutEmptyColumns: TextTable {
    keeping { index in rows.contains { !$0[index].isEmpty } }
  }

  /// The columns for which `isKept` holds.
  func keeping(_ isKept: (Int) -> Bool) -> TextTable {
    let kept = columns.indices.filter(isKept)
    return TextTable(kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
  }
}

extension TextTable {
  /// RFC 4180 with line feeds, the cells as they are shown.
  package var csv: String { ([columns.map(\.heading)] + rows).map(csvLine).joined() }
}
