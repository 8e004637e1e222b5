// Forest plots: methods one below the other, with a circle for each run, a diamond for the mean, a bar for its
// interval, and the paper's figure where there is one.

/// A forest plot of accuracies in percent.
package struct ForestPlot: Sendable, Equatable {
  /// The row of a method.
  package struct Row: Sendable, Equatable {
    package var name: String
    /// The accuracy of each run; it, mean, interval and paper are in percent.
    package var values: [Double]
    package var mean: Double
    package var low, high: Double?
    /// The paper's best validation accuracy.
    package var paper: Double?
    package var style: LineStyle
    /// A remark on what went wrong; empty when nothing did.
    package var remark: String
  }

  package var title: String
  /// The rows, best first.
  package var rows: [Row]
  /// The mean of the baseline, drawn through all rows.
  package var reference: Double?

  /// Makes the plot of a section's methods, best first, by test accuracy at the best validation epoch, or by the best
  /// validation accuracy if nothing was tested. The paper's marks are always best validation accuracies.
  package init(_ section: ResultTable.Section, of study: Study, baseline: String?) {
    let palette = Palette(section.rows.map(\.method), baseline: baseline)
    let metric: Metric = section.isTested ? .testAccuracyAtBest : .bestValidationAccuracy
    title = "\(section.isTested ? "Test" : "Best validation") accuracy on \(section.dataset), %"
    rows = section.rows.compactMap { row in
      guard let estimate = section.accuracy(row) else { return nil }
      return Row(
        name: row.method,
        values: study.runs(of: row.method, on: section.dataset)
          .compactMap { finite(metric.value($0)).map { 100 * $0 } },
        mean: 100 * estimate.summary.mean, low: estimate.interval.map { 100 * $0.low },
        high: estimate.interval.map { 100 * $0.high }, paper: row.paper.map { 100 * $0 },
        style: palette.style(row.method), remark: row.status)
    }.sorted { ($1.mean, $0.name) < ($0.mean, $1.name) }
    reference = rows.first { $0.name == baseline }?.mean
  }

  /// The plot as an SVG element; `id` makes its identifiers unique.
  package func svg(id: String) -> String {
    // The axis leaves out runs that went wrong, which would squeeze all others: they are named at the edge.
    let sound = rows.filter(\.remark.isEmpty)
    let shown = sound.isEmpty ? rows : sound
    let axis = Axis(shown.flatMap { $0.values + [$0.mean] + ($0.paper.map { [$0] } ?? []) })
    let remarks = rows.map { row in
      decimal(row.mean, 1) + (row.remark.isEmpty ? "" : ", \(row.remark)")
    }
    let left = 12 + (rows.map { textWidth($0.name) }.max() ?? 0)
    let (plotWidth, rowHeight, top) = (440.0, 24.0, 10.0)
    let right = left + plotWidth
    let bottom = top + rowHeight * Double(rows.count)
    func x(_ value: Double) -> Double { left + plotWidth * min(max(axis.position(value), 0), 1) }
    /// A run beyond the axis: an open triangle at its end.
    func triangle(_ value: Double, _ y: Double) -> String {
      let side = value < axis.low ? -1 : 1
      return
        "<path class=\"run\" d=\"M\(coordinate(x(value))) \(coordinate(y - 4))l\(6 * side) 4l\(-6 * side) 4z\"/>\n"
    }
    func arrowhead(_ tip: Double, _ y: Double, towards side: Int) -> String {
      "<path class=\"dot\" d=\"M\(coordinate(tip)) \(coordinate(y))l\(-7 * side) -4v8z\"/>\n"
    }
    var parts = axis.ticks.map { tick in
      svgLine(x(tick), top, x(tick), bottom, "grid")
        + svgText(axis.label(tick), x(tick), bottom + 14, "tick middle")
    }
    parts.append(svgText(title, (left + right) / 2, bottom + 32, "tick middle"))
    if let reference { parts.append(svgLine(x(reference), top, x(reference), bottom, "axis")) }
    for (index, row) in rows.enumerated() {
      let y = top + rowHeight * (Double(index) + 0.5)
      var marks = svgText(row.name, left - 10, y, "name end")
      for value in row.values {
        guard (axis.low...axis.high).contains(value) else {
          marks += triangle(value, y)
          continue
        }
        marks +=
          "<circle class=\"run\" cx=\"\(coordinate(x(value)))\" cy=\"\(coordinate(y))\" "
          + "r=\"3\"/>\n"
      }
      if let low = row.low, let high = row.high, high >= axis.low, low <= axis.high {
        marks += svgLine(x(low), y, x(high), y, "interval")
        // An arrowhead shows that the bar continues beyond the axis.
        if low < axis.low { marks += arrowhead(x(low), y, towards: -1) }
        if high > axis.high { marks += arrowhead(x(high), y, towards: 1) }
      }
      if (axis.low...axis.high).contains(row.mean) {
        let (centre, middle) = (coordinate(x(row.mean)), coordinate(y))
        marks += "<path class=\"dot\" d=\"M\(centre) \(middle)m-5 0l5 -5l5 5l-5 5z\"/>\n"
      }
      if let paper = row.paper, (axis.low...axis.high).contains(paper) {
        marks += svgLine(x(paper), y - 7, x(paper), y + 7, "paper")
      }
      marks += svgText(remarks[index], right + 10, y, "tick")
      parts.append("<g class=\"series\" style=\"\(row.style.properties)\">\n\(marks)</g>\n")
    }
    let words = rows.map { row in
      let interval = row.low.flatMap { low in
        row.high.map { ", interval \(decimal(low, 1)) to \(decimal($0, 1))" }
      }
      let paper = row.paper.map { ", paper \(decimal($0, 1))" }
      return "\(row.name) \(decimal(row.mean, 1))\(interval ?? "")\(paper ?? "")"
    }
    let width = right + 12 + (remarks.map(textWidth).max() ?? 0)
    return svgFrame(
      id: id, width: width, height: bottom + 46, title: title,
      description: words.joined(separator: "; ") + ".", parts.joined())
  }
}
