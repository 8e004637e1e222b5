/// A figure as values: panels of lines with bands. What it looks like in gnuplot or SVG is decided
/// there; what it says is decided here.

/// A position on a line, with the range of the runs behind it, in the units of the axes.
package struct CurvePoint: Sendable, Equatable {
  package var x: Double
  package var mean: Double
  package var low: Double
  package var high: Double
  /// Number of runs.
  package var runs: Int

  package init(x: Double, mean: Double, low: Double, high: Double, runs: Int) {
    self.x = x
    self.mean = mean
    self.low = low
    self.high = high
    self.runs = runs
  }

  /// The mean and the range of what runs have at a position; nil where none has anything.
  init?(x: Double, of values: [Double]) {
    guard let summary = Summary(values) else { return nil }
    self.init(
      x: x, mean: summary.mean, low: summary.minimum, high: summary.maximum, runs: summary.n)
  }
}

/// How a line is drawn.
package struct LineStyle: Sendable, Equatable {
  /// Hexadecimal, as `#0072B2`.
  package var colour: String
  /// Lengths of strokes and gaps in points; empty for a solid line.
  package var dash: [Int]
  /// In points.
  package var width: Double

  package init(colour: String, dash: [Int] = [], width: Double) {
    self.colour = colour
    self.dash = dash
    self.width = width
  }
}

/// A line of a panel.
package struct Series: Sendable, Equatable {
  package var name: String
  package var points: [CurvePoint]
  package var style: LineStyle
  /// Context is drawn first, without label or band.
  package var isContext: Bool

  package init(_ name: String, _ points: [CurvePoint], _ style: LineStyle, isContext: Bool = false)
  {
    self.name = name
    self.points = points
    self.style = style
    self.isContext = isContext
  }
}

/// Axes with lines on them.
package struct Panel: Sendable, Equatable {
  package var title: String
  package var xLabel: String
  package var yLabel: String
  package var series: [Series]
  /// Height of a reference line, as 0 for a difference.
  package var reference: Double?
  /// A height that the vertical axis reaches whatever the lines do, as 1 for a share.
  package var bound: Double?

  package init(
    title: String, xLabel: String, yLabel: String, series: [Series], reference: Double? = nil,
    bound: Double? = nil
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.reference = reference
    self.bound = bound
  }
}

/// Panels in a grid.
package struct Figure: Sendable, Equatable {
  /// Name of its files without ending: small letters, digits and hyphens.
  package private(set) var name: String
  package var title: String
  /// A sentence below: what line and band are, what is left out.
  package var caption: String
  package var panels: [Panel]
  /// Panels in a row.
  package var columns: Int
  /// Whether all panels share one vertical range, so that they can be compared.
  package var sharesRange: Bool

  /// A figure; `name` is made safe for files by `slug`.
  package init(
    name: String, title: String, caption: String, panels: [Panel], columns: Int,
    sharesRange: Bool = false
  ) {
    self.name = slug(name, longest: 80)
    self.title = title
    self.caption = caption
    self.panels = panels
    self.columns = max(columns, 1)
    self.sharesRange = sharesRange
  }

  /// The same figure under another name.
  package func named(_ name: String) -> Figure {
    var figure = self
    figure.name = slug(name, longest: 80)
    return figure
  }

  /// Horizontal and vertical axis of each panel.
  var axes: [(x: Axis, y: Axis)] {
    func axis(_ panels: [Panel], whole: Bool) -> Axis {
      let values = panels.flatMap { panel in
        panel.series.flatMap { $0.points.flatMap { whole ? [$0.x] : [$0.low, $0.high] } }
          + (whole ? [] : [panel.reference, panel.bound].compactMap(\.self))
      }
      return Axis(values, isWhole: whole)
    }
    return panels.map { panel in
      (axis([panel], whole: true), axis(sharesRange ? panels : [panel], whole: false))
    }
  }
}

extension Panel {
  /// Indices of the series as they are drawn: context first, then greys, then colours on top.
  var drawingOrder: [Int] {
    func rank(_ index: Int) -> Double { series[index].isContext ? -1 : series[index].style.width }
    return series.indices.sorted { (rank($0), $0) < (rank($1), $1) }
  }

  /// For each series but context: where its line ends and where its name stands, `gap` from others at
  /// least, as shares of the panel's height.
  func names(on axis: Axis, gap: Double) -> [(series: Int, end: Double, place: Double)] {
    let labelled = series.indices.filter { !series[$0].isContext }
    let ends = labelled.map { series[$0].points.last.map { axis.position($0.mean) } ?? 0 }
    let places = spread(ends, gap: gap)
    return labelled.indices.map { (labelled[$0], ends[$0], places[$0]) }
  }
}
