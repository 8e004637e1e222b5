/// A figure as a gnuplot script and a table of tab-separated values, for users to restyle:
/// styles stand at the top of the script, and the table can be read by anything.

/// The two files that gnuplot draws a figure from.
public struct GnuplotFigure: Sendable, Equatable {
  /// Name of the files without ending: `NAME.gp`, `NAME.tsv`, and what it draws, `NAME.png`.
  public let name: String
  public let script: String
  /// Columns panel, series, x, runs, mean, low, high, in the units of the axes; blocks for gnuplot's
  /// `index` separated by two blank lines, which readers of tables skip.
  public let data: String

  public init(name: String, script: String, data: String) {
    self.name = slug(name)
    self.script = script
    self.data = data
  }
}

/// Sizes in pixels.
private enum Size {
  static let left = 74.0
  static let right = 150.0
  static let top = 84.0
  static let bottom = 62.0
  static let caption = 18.0
  static let label = 17.0
}

extension Figure {
  /// The figure for gnuplot.
  public var gnuplot: GnuplotFigure {
    GnuplotFigure(name: name, script: script, data: data)
  }

  private var isSmall: Bool { panels.count > 3 }
  private var rows: Int { max((panels.count + columns - 1) / columns, 1) }
  private var usedColumns: Int { max(min(columns, panels.count), 1) }
  private var right: Double { isSmall ? 24 : Size.right }
  private var panelWidth: Double { isSmall ? 250 : 520 }
  private var panelHeight: Double { isSmall ? 170 : 480 }
  private var width: Double { Double(usedColumns) * (Size.left + panelWidth + right) }
  private var rowHeight: Double { panelHeight + Size.bottom + 34 }
  private var captionLines: [String] { wrapped(caption, width: Int(width / 7)) }
  private var height: Double {
    Size.top - 34 + Double(rows) * rowHeight + Size.caption * Double(captionLines.count) + 14
  }

  /// The distinct styles, in order of appearance.
  private var styles: [LineStyle] {
    panels.flatMap { $0.series.map(\.style) }.reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }

  private var data: String {
    let header = "panel\tseries\tx\truns\tmean\tlow\thigh\n"
    let blocks = panels.flatMap { panel in
      panel.series.map { series in
        series.points.map { point in
          [
            cell(panel.title), cell(series.name), exact(point.x), "\(point.runs)",
            exact(point.mean), exact(point.low), exact(point.high),
          ].joined(separator: "\t") + "\n"
        }.joined()
      }
    }
    return header + blocks.joined(separator: "\n\n")
  }

  private var script: String {
    var lines = [
      "# \(oneLine(title)). Draws \(name).png from \(name).tsv: gnuplot \(name).gp",
      "if (!exists(\"output\")) output = \"\(name).png\"",
      "data = \"\(name).tsv\"",
      "size = \"size \(decimal(width, 0)),\(decimal(height, 0))\"",
      "if (strstrt(GPVAL_TERMINALS, \"pngcairo\")) {",
      "  eval \"set terminal pngcairo noenhanced font 'sans,11' background '#ffffff' \".size",
      "} else {",
      "  eval \"set terminal png noenhanced \".size",
      "}",
      "set output output",
      "set encoding utf8",
      "set datafile separator \"\\t\"",
      "",
      "# Styles: change these.",
    ]
    for (index, style) in styles.enumerated() {
      let strokes = style.dash.map(String.init).joined(separator: ",")
      let dash = strokes.isEmpty ? "1" : "(\(strokes))"
      lines.append(
        "set style line \(index + 1) lc rgb \"\(style.colour)\" lw \(exact(style.width)) dt \(dash)"
          + " pt 7 ps 0.5")
    }
    lines += [
      "set style fill transparent solid 0.18 noborder",
      "set border 3 lc rgb \"#999999\"",
      "set grid ytics lt 1 lc rgb \"#ECECEC\" lw 1",
      "set tics nomirror out scale 0.5 tc rgb \"#444444\"",
      "unset key",
      "",
      "set multiplot",
      "set label 1 \(quoted(title)) at screen \(share(Size.left, width)),"
        + " screen \(share(height - 24, height)) left font 'sans,15'",
    ]
    for (index, line) in captionLines.enumerated() {
      let y = Size.caption * Double(captionLines.count - index)
      lines.append(
        "set label \(index + 10) \(quoted(line)) at screen \(share(Size.left, width)),"
          + " screen \(share(y, height)) left font 'sans,10' tc rgb \"#555555\"")
    }
    var block = 0
    for (index, (panel, axes)) in zip(panels, axes).enumerated() {
      lines += commands(panel, axes, at: index, firstBlock: block)
      block += panel.series.count
    }
    return (lines + ["unset multiplot", "unset output"]).joined(separator: "\n") + "\n"
  }

  private func commands(
    _ panel: Panel, _ axes: (x: Axis, y: Axis), at index: Int, firstBlock: Int
  ) -> [String] {
    let left = Double(index % columns) * (Size.left + panelWidth + right) + Size.left
    let top = height - (Size.top - 34) - Double(index / columns) * rowHeight - 34
    let ticks = axes.y.ticks.map { "\"\(axes.y.label($0))\" \(exact($0))" }
    let epochs = axes.x.ticks.map { "\"\(axes.x.label($0))\" \(exact($0))" }
    let isEdge = index % columns == 0 || !isSmall
    var lines = [
      "",
      "# \(oneLine(panel.title))",
      "unset label 3; unset arrow",
      "set lmargin at screen \(share(left, width)); set rmargin at screen "
        + share(left + panelWidth, width),
      "set tmargin at screen \(share(top, height)); set bmargin at screen "
        + share(top - panelHeight, height),
      "set xrange [\(exact(axes.x.low)):\(exact(axes.x.high))]",
      "set yrange [\(exact(axes.y.low)):\(exact(axes.y.high))]",
      "set xtics (\(epochs.joined(separator: ", ")))",
      "set ytics (\(ticks.joined(separator: ", ")))",
      "set xlabel \(quoted(panel.xLabel)) tc rgb \"#444444\"",
      "set ylabel \(quoted(isEdge ? panel.yLabel : "")) tc rgb \"#444444\"",
      "set label 3 \(quoted(panel.title)) at graph 0, graph \(share(panelHeight + 16, panelHeight))"
        + " left font 'sans,\(isSmall ? 11 : 12)'",
    ]
    if let reference = panel.reference {
      lines.append(
        "set arrow 99 from graph 0, first \(exact(reference)) to graph 1, first"
          + " \(exact(reference)) nohead lc rgb \"#999999\" lw 1 back")
    }
    if !isSmall { lines += labels(panel, axes.y) }
    let order = panel.series.indices.sorted {
      (rank(panel.series[$0]), $0) < (rank(panel.series[$1]), $1)
    }
    let bands = order.filter { !panel.series[$0].isContext }.map {
      "data index \(firstBlock + $0) using 3:6:7 with filledcurves ls \(styleNumber(panel, $0))"
    }
    let means = order.map { position in
      let kind = panel.series[position].points.count <= 8 ? "linespoints" : "lines"
      return "data index \(firstBlock + position) using 3:5 with \(kind) ls "
        + "\(styleNumber(panel, position))"
    }
    if !(bands + means).isEmpty {
      lines.append("plot " + (bands + means).joined(separator: ", \\\n  "))
    }
    // Labels and arrows belong to one panel; title and caption are drawn with the first.
    return lines + ["unset label"]
  }

  /// Names at the lines' ends, moved apart, with a thin leader where a name had to move.
  private func labels(_ panel: Panel, _ axis: Axis) -> [String] {
    let labelled = panel.series.indices.filter { !panel.series[$0].isContext }
    let ends = labelled.map { panel.series[$0].points.last.map { axis.position($0.mean) } ?? 0 }
    let places = spread(ends, gap: Size.label / panelHeight)
    return labelled.indices.flatMap { index -> [String] in
      let series = panel.series[labelled[index]]
      let number = labelled[index] + 100
      return [
        "set arrow \(number) from graph 1.005, graph \(decimal(ends[index], 5)) to graph 1.03, "
          + "graph \(decimal(places[index], 5)) nohead lc rgb \"\(series.style.colour)\" lw 0.7",
        "set label \(number) \(quoted(series.name)) at graph 1.037, graph "
          + "\(decimal(places[index], 5)) left tc rgb \"\(series.style.textColour())\"",
      ]
    }
  }

  /// Context first, then greys, then colours on top.
  private func rank(_ series: Series) -> Double { series.isContext ? -1 : series.style.width }

  private func styleNumber(_ panel: Panel, _ index: Int) -> Int {
    (styles.firstIndex(of: panel.series[index].style) ?? 0) + 1
  }

  private func share(_ part: Double, _ whole: Double) -> String { decimal(part / whole, 5) }

  /// Text in gnuplot's single quotes, in which only the quote itself is special.
  private func quoted(_ text: String) -> String {
    "'" + oneLine(text).replacing("'", with: "''") + "'"
  }

  private func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\t" || $0 == "\0" ? " " : $0 })
  }

  private func cell(_ text: String) -> String { oneLine(text).replacing("\"", with: "'") }
}
