/// A table of words for people: columns with a heading, a side, and how dispensable they are.
/// Every format for reading is made from it; data formats are made from the numbers.

/// Cells as text; every row has one for each column.
public struct TextTable: Sendable, Equatable {
  /// A column.
  public struct Column: Sendable, Equatable {
    public var heading: String
    public var isNumeric: Bool
    /// 0 is kept always; where width is short, the highest go first.
    public var priority: Int

    public init(_ heading: String, isNumeric: Bool = true, priority: Int = 0) {
      self.heading = heading
      self.isNumeric = isNumeric
      self.priority = priority
    }
  }

  public private(set) var columns: [Column]
  public private(set) var rows: [[String]]

  public init(_ columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows.map { row in
      columns.indices.map { row.indices.contains($0) ? row[$0] : "" }
    }
  }

  /// Without the columns in which every cell is empty.
  public var withoutEmptyColumns: TextTable {
    keeping { index in rows.contains { !$0[index].isEmpty } }
  }

  /// The columns for which `isKept` holds.
  func keeping(_ isKept: (Int) -> Bool) -> TextTable {
    let kept = columns.indices.filter(isKept)
    return TextTable(kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
  }
}

extension TextTable {
  /// GitHub's pipe table, one line a row.
  public var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
    let rule = "|" + columns.map { $0.isNumeric ? "---:" : "---" }.joined(separator: "|") + "|\n"
    return line(columns.map(\.heading)) + rule + rows.map(line).joined()
  }

  /// RFC 4180 with line feeds, the cells as they are shown.
  public var csv: String {
    ([columns.map(\.heading)] + rows).map { $0.map(quotedForCSV).joined(separator: ",") + "\n" }
      .joined()
  }

  /// Aligned for a terminal. Columns of the highest priority are dropped until a line fits `width`
  /// characters, as long as there is one to drop.
  public func terminal(width: Int) -> String {
    var table = self
    while table.lineWidth > width, let worst = table.columns.map(\.priority).max(), worst > 0,
      let index = table.columns.lastIndex(where: { $0.priority == worst })
    {
      table = table.keeping { $0 != index }
    }
    return table.aligned
  }

  private var widths: [Int] {
    columns.indices.map { index in
      rows.reduce(columns[index].heading.count) { max($0, $1[index].count) }
    }
  }

  private var lineWidth: Int { widths.reduce(0, +) + 2 * (columns.count - 1) }

  private var aligned: String {
    let widths = widths
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map { index in
        let space = String(repeating: " ", count: widths[index] - cells[index].count)
        return columns[index].isNumeric ? space + cells[index] : cells[index] + space
      }
      let text = padded.joined(separator: "  ")
      return String(text.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    let rule = String(repeating: "─", count: lineWidth) + "\n"
    return line(columns.map(\.heading)) + rule + rows.map(line).joined()
  }
}

/// Text broken at spaces into lines of at most `width` characters; a longer word stays whole.
func wrapped(_ text: String, width: Int) -> [String] {
  text.split(separator: " ").reduce(into: []) { lines, word in
    if let last = lines.last, last.count + 1 + word.count <= width {
      lines[lines.count - 1] += " " + word
    } else {
      lines.append(String(word))
    }
  }
}

func quotedForCSV(_ field: String) -> String {
  guard field.contains(where: { ",\"\n\r".contains($0) }) else { return field }
  return "\"" + field.replacing("\"", with: "\"\"") + "\""
}
