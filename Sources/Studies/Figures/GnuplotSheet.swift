// The layout in pixels of a figure's panels on the sheet that gnuplot draws, and text in gnuplot's syntax.

/// The sheet of a figure: title, panels in rows, and caption.
struct GnuplotSheet {
  /// Margins around each panel; the right one is a minimum.
  static let left = 74.0
  static let right = 150.0
  static let top = 84.0
  static let bottom = 62.0
  /// Heights of a line of the caption, and of a name beside its line.
  static let caption = 18.0
  static let label = 17.0

  let figure: Figure

  init(_ figure: Figure) { self.figure = figure }

  var isSmall: Bool { figure.panels.count > 3 }
  var rows: Int { max((figure.panels.count + figure.columns - 1) / figure.columns, 1) }
  var usedColumns: Int { max(min(figure.columns, figure.panels.count), 1) }
  /// The right margin, in which large panels have the names.
  var right: Double {
    let names = figure.panels.flatMap { $0.series.filter { !$0.isContext }.map(\.name) }
    return isSmall ? 24 : max(Self.right, 24 + (names.map(textWidth).max() ?? 0))
  }
  var panelWidth: Double { isSmall ? 250 : 520 }
  var panelHeight: Double { isSmall ? 170 : 480 }
  var width: Double { Double(usedColumns) * (Self.left + panelWidth + right) }
  var rowHeight: Double { panelHeight + Self.bottom + 34 }
  var captionLines: [String] { wrapped(figure.caption, width: Int(width / 7)) }
  var height: Double {
    Self.top - 34 + Double(rows) * rowHeight + Self.caption * Double(captionLines.count) + 14
  }

  /// The distinct styles, in order of appearance.
  var styles: [LineStyle] {
    figure.panels.flatMap { $0.series.map(\.style) }.reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }

  /// A part of the sheet's width or height, in gnuplot's coordinates `screen`.
  func share(_ part: Double, _ whole: Double) -> String { decimal(part / whole, 5) }
}

/// Text as a string in gnuplot's syntax. It is in single quotes, in which nothing is special. Text that contains such a
/// quote (which gnuplot does not always read back when doubled) is in double quotes, with every ASCII
/// character that is not a letter, digit or space as an octal escape.
package func gnuplotQuoted(_ text: String) -> String {
  let line = text.visible
  // By code points: a quote with a combining mark also ends gnuplot's string.
  guard line.unicodeScalars.contains("'") else { return "'\(line)'" }
  let escaped = line.unicodeScalars.map { scalar in
    guard scalar.isASCII, scalar != " ", !scalar.properties.isAlphabetic,
      !("0"..."9").contains(scalar)
    else { return String(Character(scalar)) }
    let octal = String(scalar.value, radix: 8)
    return "\\" + String(repeating: "0", count: 3 - octal.count) + octal
  }
  return "\"\(escaped.joined())\""
}

/// Text as a cell of the table, in which double quotes would begin a quoted cell.
func gnuplotCell(_ text: String) -> String {
  var cell = ""
  for scalar in text.visible.unicodeScalars {
    cell.unicodeScalars.append(scalar == "\"" ? "'" : scalar)
  }
  return cell
}
