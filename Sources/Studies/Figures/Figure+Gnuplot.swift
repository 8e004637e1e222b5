// A figure as a gnuplot script and a table of tab-separated values, for users to restyle:
// styles are at the top of the script, and any program can read the table.

/// The two files that gnuplot draws a figure from.
package struct GnuplotFigure: Sendable, Equatable {
  /// The name of the files without ending: `NAME.gp`, `NAME.tsv`, and the picture `NAME.png`.
  package let name: String
  /// The script that draws the picture from the table, by `gnuplot NAME.gp` in their folder.
  package let script: String
  /// The table with columns panel, series, x, runs, mean, low, high, in the units of the axes. Blocks for gnuplot's
  /// `index` are separated by two blank lines, which readers of tables skip.
  package let data: String

  package init(name: String, script: String, data: String) {
    self.name = slug(name, longest: 80)
    self.script = script
    self.data = data
  }
}

extension Figure {
  /// The figure for gnuplot.
  package var gnuplot: GnuplotFigure {
    GnuplotFigure(name: name, script: script, data: data)
  }

  private var data: String {
    let header = "panel\tseries\tx\truns\tmean\tlow\thigh\n"
    let blocks = panels.flatMap { panel in
      panel.series.map { series in
        series.points.map { point in
          [
            gnuplotCell(panel.title), gnuplotCell(series.name), exact(point.x), "\(point.runs)",
            exact(point.mean), exact(point.low), exact(point.high),
          ].joined(separator: "\t") + "\n"
        }.joined()
      }
    }
    return header + blocks.joined(separator: "\n\n")
  }

  private var script: String {
    let sheet = GnuplotSheet(self)
    let left = sheet.share(GnuplotSheet.left, sheet.width)
    var lines = [
      "# \(title.visible). Draws \(name).png from \(name).tsv: gnuplot \(name).gp",
      "if (!exists(\"output\")) output = \"\(name).png\"",
      "data = \"\(name).tsv\"",
      "size = \"size \(decimal(sheet.width, 0)),\(decimal(sheet.height, 0))\"",
      "if (strstrt(GPVAL_TERMINALS, \"pngcairo\")) {",
      "  eval \"set terminal pngcairo noenhanced font 'sans,11' background '#ffffff' \".size",
      "} else {",
      "  eval \"set terminal png noenhanced \".size",
      "}",
      "set output output",
      "set encoding utf8",
      "set datafile separator \"\\t\"",
      "set datafile commentschars ''",
      "",
      "# Styles: change these.",
    ]
    for (index, style) in sheet.styles.enumerated() {
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
      "set label 1 \(gnuplotQuoted(title)) at screen \(left),"
        + " screen \(sheet.share(sheet.height - 24, sheet.height)) left font 'sans,15'",
    ]
    for (index, line) in sheet.captionLines.enumerated() {
      let y = GnuplotSheet.caption * Double(sheet.captionLines.count - index)
      lines.append(
        "set label \(index + 10) \(gnuplotQuoted(line)) at screen \(left),"
          + " screen \(sheet.share(y, sheet.height)) left font 'sans,10' tc rgb \"#555555\"")
    }
    var block = 0
    for (index, (panel, axes)) in zip(panels, axes).enumerated() {
      lines += sheet.commands(panel, axes, at: index, firstBlock: block)
      block += panel.series.count
    }
    return (lines + ["unset multiplot", "unset output"]).joined(separator: "\n") + "\n"
  }
}
