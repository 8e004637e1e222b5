// Panels as inline SVG: lines, bands, and names at the lines' ends. Colours are custom
// properties of each series, so that the page's style sheet chooses between light and dark.

extension Figure {
  /// Each panel as an SVG element; `id` makes the identifiers in them unique. If there are many panels, they are
  /// small and without names; otherwise they are large and have names.
  package func svgPanels(id: String) -> [String] {
    let isSmall = panels.count > 3
    let longest = panels.map { textWidth($0.title) }.max() ?? 0
    return zip(panels, axes).enumerated().map { index, pair in
      let frame = Frame(pair.0, pair.1, isSmall: isSmall, title: longest)
      return svgFrame(
        id: "\(id)-\(index)", width: frame.width, height: frame.height, title: pair.0.title,
        description: pair.0.description, frame.content)
    }
  }
}

extension Panel {
  /// A description of the panel: what is drawn, and the last value of each line.
  var description: String {
    let shown = series.filter { !$0.isContext }
    let span = shown.first.flatMap { series -> String? in
      guard let first = series.points.first, let last = series.points.last else { return nil }
      return "\(xLabel) \(exact(first.x)) to \(exact(last.x))"
    }
    let ends = shown.compactMap { series in
      series.points.last.map { (series.name, $0.mean) }
    }.sorted { $0.1 > $1.1 }.map { "\($0.0) \(decimal($0.1, 2))" }
    return "\(yLabel), by \(span ?? xLabel). At the end: \(ends.joined(separator: ", "))."
  }
}

/// The frame of a panel: sizes in pixels, and the positions of data.
private struct Frame {
  let panel: Panel
  let x, y: Axis
  let isSmall: Bool
  let left = 58.0
  let top = 34.0
  let plotWidth, plotHeight: Double
  /// The width for the names at the lines' ends.
  let right: Double

  /// Lays out a panel; `title` is the width of the figure's longest panel title, which small panels have too.
  init(_ panel: Panel, _ axes: (x: Axis, y: Axis), isSmall: Bool, title: Double) {
    self.panel = panel
    (x, y) = (axes.x, axes.y)
    self.isSmall = isSmall
    (plotWidth, plotHeight) = isSmall ? (max(210, title), 130) : (300, 260)
    let names = panel.series.filter { !$0.isContext }.map(\.name)
    right = isSmall ? 12 : 18 + (names.map(textWidth).max() ?? 0)
  }

  var width: Double { left + plotWidth + right }
  var height: Double { top + plotHeight + 48 }

  private func place(_ point: CurvePoint, _ value: Double) -> String {
    coordinate(left + plotWidth * x.position(point.x)) + " " + coordinate(heightOf(value))
  }

  private func heightOf(_ value: Double) -> Double {
    top + plotHeight * (1 - y.position(value))
  }

  var content: String {
    let names = isSmall ? [] : panel.names(on: y, gap: 15 / plotHeight)
    return scales
      + panel.drawingOrder.map { index in
        let label = names.first { $0.series == index }.map { (end: $0.end, place: $0.place) }
        return lines(panel.series[index], label: label)
      }.joined()
  }

  private var scales: String {
    let (right, bottom) = (left + plotWidth, top + plotHeight)
    var parts = y.ticks.map { tick in
      svgLine(left, heightOf(tick), right, heightOf(tick), "grid")
        + svgText(y.label(tick), left - 7, heightOf(tick), "tick end")
    }
    parts += x.ticks.map { tick in
      let position = left + plotWidth * x.position(tick)
      return svgLine(position, bottom, position, bottom + 4, "axis")
        + svgText(x.label(tick), position, bottom + 14, "tick middle")
    }
    if let reference = panel.reference {
      parts.append(svgLine(left, heightOf(reference), right, heightOf(reference), "axis"))
    }
    parts.append(svgLine(left, bottom, right, bottom, "axis"))
    parts.append(svgText(panel.title, left, 10, "title"))
    parts.append(svgText(panel.xLabel, left + plotWidth / 2, bottom + 34, "tick middle"))
    return parts.joined()
  }

  /// The elements of a series; `label` has the height of the line's end and the name's height, as shares.
  private func lines(_ series: Series, label: (end: Double, place: Double)?) -> String {
    guard let last = series.points.last else { return "" }
    let dash = series.style.dash.map(String.init).joined(separator: " ")
    let upper = series.points.map { place($0, $0.high) }
    let lower = series.points.reversed().map { place($0, $0.low) }
    var parts: [String] = []
    if !series.isContext {
      parts.append("<title>\(escaped(series.name)): \(decimal(last.mean, 2))</title>\n")
      parts.append(
        "<polygon class=\"band\" points=\"\((upper + lower).joined(separator: " "))\"/>\n")
    }
    let means = series.points.map { place($0, $0.mean) }.joined(separator: " ")
    let stroke = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
    parts.append(
      "<polyline class=\"line\" points=\"\(means)\" stroke-width=\"\(exact(series.style.width))\""
        + "\(stroke)/>\n")
    if series.points.count == 1 {
      parts.append(
        "<circle class=\"dot\" cx=\"\(coordinate(left + plotWidth * x.position(last.x)))\" "
          + "cy=\"\(coordinate(heightOf(last.mean)))\" r=\"3\"/>\n")
    }
    if let label {
      let right = left + plotWidth
      let (from, to) = (top + plotHeight * (1 - label.end), top + plotHeight * (1 - label.place))
      // The leader begins at the line's end, which may lie before the edge, as for stopped runs or short spectra.
      let end = min(left + plotWidth * x.position(last.x), right)
      parts.append(svgLine(end + 2, from, right + 12, to, "leader"))
      parts.append(svgText(series.name, right + 15, to, "name"))
    }
    // Context cannot be toggled or pointed at.
    let name = series.isContext ? "" : " data-series=\"\(escaped(series.name))\""
    return "<g class=\"\(series.isContext ? "context" : "series")\" "
      + "style=\"\(series.style.properties)\"\(name)>\n\(parts.joined())</g>\n"
  }
}
