// The paper's Figure 1 as a script for gnuplot.

import Foundation
import Studies

extension FeatureMapFigure {
  private static let tile = 200.0
  private static let gap = 40.0

  var gnuplot: GnuplotFigure {
    let columns = (rows.map(\.count).max() ?? 0) + 1
    let width = Double(columns) * (Self.tile + Self.gap) + Self.gap
    let height = Double(rows.count) * (Self.tile + Self.gap) + Self.gap
    var script = [
      "# What features see in an image (the paper's Figure 1). Draws feature-maps.png from"
        + " feature-maps.tsv: gnuplot feature-maps.gp",
      "if (!exists(\"output\")) output = \"feature-maps.png\"",
      "data = \"feature-maps.tsv\"",
      "terminal = strstrt(GPVAL_TERMINALS, \"pngcairo\") ? \"pngcairo noenhanced font 'sans,10'\""
        + " : \"png noenhanced\"",
      "eval \"set terminal \".terminal.\" size \(Int(width)),\(Int(height))\"",
      "set output output",
      "set encoding utf8",
      "set datafile separator \"\\t\"",
      "set palette defined (\(Viridis.gnuplot))",
      "set cbrange [0:1]",
      "unset colorbox; unset key; unset tics; set border lw 0.5",
      "set multiplot",
    ]
    var data = "# x\ty\tvalue (the picture: red\tgreen\tblue)\n"
    var block = 0
    func panel(row: Int, column: Int, side: Int, title: String, plot: String) {
      let left = Self.gap + Double(column) * (Self.tile + Self.gap)
      let top = height - Self.gap - Double(row) * (Self.tile + Self.gap)
      script += [
        "set lmargin at screen \(left / width); set rmargin at screen \((left + Self.tile) / width)",
        "set tmargin at screen \(top / height); set bmargin at screen \((top - Self.tile) / height)",
        "set xrange [-0.5:\(side).0-0.5]; set yrange [\(side).0-0.5:-0.5]",
        "set title '\(title)' offset 0,-0.6",
        "plot data index \(block) \(plot)",
      ]
      block += 1
    }
    for (row, maps) in rows.enumerated() {
      if row == 0 {
        panel(
          row: 0, column: 0, side: picture.side, title: "image, \(picture.side)×\(picture.side)",
          plot: "using 1:2:3:4:5 with rgbimage")
        data += Self.block(of: picture.side) { y, x in
          let pixel = (y * picture.side + x) * 3
          return picture.pixels[pixel..<pixel + 3].map(String.init).joined(separator: "\t")
        }
      }
      for (column, map) in maps.enumerated() {
        panel(
          row: row, column: column + 1, side: map.side, title: map.title,
          plot: "using 1:2:3 with image")
        data += Self.block(of: map.side) { y, x in
          String(format: "%.4f", map.values[y * map.side + x])
        }
      }
    }
    script += ["unset multiplot", "unset output"]
    return GnuplotFigure(
      name: "feature-maps", script: script.joined(separator: "\n") + "\n", data: data)
  }

  /// One block of gnuplot's `index`, a line a pixel.
  private static func block(of side: Int, _ value: (Int, Int) -> String) -> String {
    var lines = ""
    for y in 0..<side { for x in 0..<side { lines += "\(x)\t\(y)\t\(value(y, x))\n" } }
    return lines + "\n\n"
  }
}
