// Panels as gnuplot commands: axes, bands, lines, and names at the lines' ends.

extension GnuplotSheet {
  /// The commands that draw a panel, whose series are blocks of the table from `firstBlock` on.
  func commands(
    _ panel: Panel, _ axes: (x: Axis, y: Axis), at index: Int, firstBlock: Int
  ) -> [String] {
    let left = Double(index % figure.columns) * (Self.left + panelWidth + right) + Self.left
    let top = height - (Self.top - 34) - Double(index / figure.columns) * rowHeight - 34
    let ticks = axes.y.ticks.map { "\"\(axes.y.label($0))\" \(exact($0))" }
    let epochs = axes.x.ticks.map { "\"\(axes.x.label($0))\" \(exact($0))" }
    let isEdge = index % figure.columns == 0 || !isSmall
    var lines = [
      "",
      "# Panel \(index + 1).",
      "unset label 3; unset arrow",
      "set lmargin at screen \(share(left, width)); set rmargin at screen "
        + share(left + panelWidth, width),
      "set tmargin at screen \(share(top, height)); set bmargin at screen "
        + share(top - panelHeight, height),
      "set xrange [\(exact(axes.x.low)):\(exact(axes.x.high))]",
      "set yrange [\(exact(axes.y.low)):\(exact(axes.y.high))]",
      "set xtics (\(epochs.joined(separator: ", ")))",
      "set ytics (\(ticks.joined(separator: ", ")))",
      "set xlabel \(gnuplotQuoted(panel.xLabel)) tc rgb \"#444444\"",
      "set ylabel \(gnuplotQuoted(isEdge ? panel.yLabel : "")) tc rgb \"#444444\"",
      "set label 3 \(gnuplotQuoted(panel.title)) at graph 0,"
        + " graph \(share(panelHeight + 16, panelHeight)) left font 'sans,\(isSmall ? 11 : 12)'",
    ]
    if let reference = panel.reference {
      lines.append(
        "set arrow 99 from graph 0, first \(exact(reference)) to graph 1, first"
          + " \(exact(reference)) nohead lc rgb \"#999999\" lw 1 back")
    }
    if !isSmall { lines += labels(panel, axes.y) }
    let order = panel.drawingOrder
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
    // Labels and arrows belong to one panel; title and caption are drawn with the first panel.
    return lines + ["unset label"]
  }

  /// The commands for names at the lines' ends, moved apart, with a thin leader if a name had to move.
  private func labels(_ panel: Panel, _ axis: Axis) -> [String] {
    panel.names(on: axis, gap: Self.label / panelHeight).flatMap { index, end, place -> [String] in
      let (series, number) = (panel.series[index], index + 100)
      return [
        // The leader begins at the line's end, which may lie before the edge.
        "set arrow \(number) from first \(exact(series.points.last?.x)), graph "
          + "\(decimal(end, 5)) to graph 1.03, "
          + "graph \(decimal(place, 5)) nohead lc rgb \"\(series.style.colour)\" lw 0.7",
        "set label \(number) \(gnuplotQuoted(series.name)) at graph 1.037, graph "
          + "\(decimal(place, 5)) left tc rgb \"\(series.style.textColour())\"",
      ]
    }
  }

  private func styleNumber(_ panel: Panel, _ index: Int) -> Int {
    (styles.firstIndex(of: panel.series[index].style) ?? 0) + 1
  }
}
