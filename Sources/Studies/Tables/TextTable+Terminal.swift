// Tables for a terminal: columns are aligned by their width on the screen. Columns that do not fit in one line are in
// further tables below, each with the rows' names.

extension TextTable {
  /// The table in lines of at most `width` columns, unless a single cell is wider. Columns that do not fit follow in
  /// tables below, each with the columns that name the rows. The most important columns come first,
  /// and no column is left out.
  package func terminal(width: Int) -> String {
    let widths = columns.indices.map { index in
      rows.reduce(columns[index].heading.visible.displayWidth) {
        max($0, $1[index].visible.displayWidth)
      }
    }
    return blocks(widths, width: width).map { aligned($0, widths) }.joined(separator: "\n")
  }

  /// The columns of each table: chosen by importance as long as there is room, then in the table's order.
  private func blocks(_ widths: [Int], width: Int) -> [[Int]] {
    let names = columns.indices.filter { $0 == 0 || columns[$0].namesRows }
    var left = columns.indices.filter { !names.contains($0) }.sorted {
      (columns[$0].priority, $0) < (columns[$1].priority, $1)
    }
    var blocks: [[Int]] = []
    repeat {
      var block = names
      var used = names.reduce(2 * (names.count - 1)) { $0 + widths[$1] }
      for column in left where used + 2 + widths[column] <= width {
        block.append(column)
        used += 2 + widths[column]
      }
      // A column that is wider than the screen has a separate table.
      if block == names, let column = left.first { block.append(column) }
      left.removeAll(where: block.contains)
      blocks.append(block.sorted())
    } while !left.isEmpty
    return blocks
  }

  private func aligned(_ block: [Int], _ widths: [Int]) -> String {
    func line(_ cells: [String]) -> String {
      let padded = block.map { index in
        let cell = cells[index].visible
        let space = String(repeating: " ", count: widths[index] - cell.displayWidth)
        return columns[index].isNumeric ? space + cell : cell + space
      }
      let text = padded.joined(separator: "  ")
      return String(text.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    let length = block.reduce(2 * (block.count - 1)) { $0 + widths[$1] }
    let rule = String(repeating: "─", count: length) + "\n"
    return line(columns.map(\.heading)) + rule + rows.map(line).joined()
  }
}

/// The text in one line (`visible`), broken at spaces into lines of at most `width` columns; a longer word
/// stays whole.
func wrapped(_ text: String, width: Int) -> [String] {
  text.visible.split(separator: " ").map(String.init).reduce(into: []) { lines, word in
    if let last = lines.last, last.displayWidth + 1 + word.displayWidth <= width {
      lines[lines.count - 1] += " " + word
    } else {
      lines.append(word)
    }
  }
}
