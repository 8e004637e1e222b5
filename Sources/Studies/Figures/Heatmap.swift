// Heatmaps: source × target of a transfer study, layer × null of an ansatz.

/// A matrix of numbers in colour, by row and column; nil where there is no number.
package struct Heatmap: Sendable, Equatable {
  package var title: String
  package var rows: [String]
  package var columns: [String]
  /// The values: a list for each row, with a value for each column.
  package var values: [[Double?]]
  /// Number of decimals in the cells.
  package var decimals: Int

  package init(
    title: String, rows: [String], columns: [String], values: [[Double?]], decimals: Int = 2
  ) {
    self.title = title
    self.rows = rows
    self.columns = columns
    self.values = rows.indices.map { row in
      columns.indices.map { column in
        values.indices.contains(row) && values[row].indices.contains(column)
          ? finite(values[row][column]) : nil
      }
    }
    self.decimals = decimals
  }

  /// The matrix as an SVG element; every cell has its number, in black or white depending on its colour.
  package func svg(id: String) -> String {
    let known = values.joined().compactMap(\.self)
    let (low, high) = (known.min() ?? 0, known.max() ?? 1)
    let (left, top, width, height) = (150.0, 30.0, 74.0, 30.0)
    var parts = columns.enumerated().map { index, name in
      svgText(name, left + width * (Double(index) + 0.5), top - 14, "tick middle")
    }
    for (row, name) in rows.enumerated() {
      let y = top + height * Double(row)
      parts.append(svgText(name, left - 8, y + height / 2, "tick end"))
      for (column, value) in values[row].enumerated() {
        guard let value else { continue }
        let x = left + width * Double(column)
        let colour = Colour(Viridis.colour(high > low ? (value - low) / (high - low) : 0.5))
        let isLight = colour.luminance > 0.18
        parts.append(
          "<rect x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" width=\"\(coordinate(width - 2))\" "
            + "height=\"\(coordinate(height - 2))\" fill=\"\(colour.hexadecimal)\"/>\n")
        parts.append(
          "<text class=\"cell\" x=\"\(coordinate(x + width / 2 - 1))\" "
            + "y=\"\(coordinate(y + height / 2 - 1))\" dy=\"0.35em\" "
            + "fill=\"\(isLight ? "#000000" : "#FFFFFF")\">\(decimal(value, decimals))</text>\n")
      }
    }
    let words = zip(rows, values).map { name, row in
      let cells = zip(columns, row).compactMap { column, value in
        value.map { "\(column) \(decimal($0, decimals))" }
      }
      return "\(name): \(cells.joined(separator: ", "))"
    }
    return svgFrame(
      id: id, width: left + width * Double(columns.count) + 10,
      height: top + height * Double(rows.count) + 6, title: title,
      description: words.joined(separator: "; ") + ".", parts.joined())
  }
}
