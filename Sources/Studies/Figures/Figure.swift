// Figures as values: panels of lines with bands. The content is decided here, and the appearance where
// gnuplot files or SVG are made.

/// A point of a line: the mean and range of runs at a position, in the units of the axes.
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

  /// The mean and range of the runs' values at a position; nil when no run has a value.
  init?(x: Double, of values: [Double]) {
    guard let summary = Summary(values) else { return nil }
    self.init(
      x: x, mean: summary.mean, low: summary.minimum, high: summary.maximum, runs: summary.n)
  }
}

/// The style of a line.
package struct LineStyle: Sendable, Equatable {
  /// The colour in hexadecimal, such as `#0072B2`.
  package var colour: String
  /// Lengths of strokes and gaps in points; empty for a solid line.
  package var dash: [Int]
  /// The width in points.
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
  /// Whether the line is context, which is drawn first, without label or band.
  package var isContext: Bool

  package init(_ name: String, _ points: [CurvePoint], _ style: LineStyle, isContext: Bool = false)
  {
    self.name = name
    self.points = points
    self.style = style
    self.isContext = isContext
  }
}

/// A panel of a figure: axes with lines.
package struct Panel: Sendable, Equatable {
  package var title: String
  package var xLabel: String
  package var yLabel: String
  package var series: [Series]
  /// The height of a reference line, such as 0 for a difference.
  package var reference: Double?
  /// A height that the vertical axis always includes, such as 1 for a share.
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

/// A figure: panels in a grid.
package struct Figure: Sendable, Equatable {
  /// The name of the figure's files without ending: small letters, digits and hyphens.
  package private(set) var name: String
  package var title: String
  /// The caption below the figure: the meaning of line and band, and what is left out.
  package var caption: String
  package var panels: [Panel]
  /// The number of panels in a row.
  package var columns: Int
  /// Whether all panels share one vertical range, so that they can be compared.
  package var sharesRange: Bool

  /// Makes a figure; `slug` makes `name` safe for files.
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

  /// The horizontal and vertical axis of each panel.
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
  /// Indices of the series in the order of drawing: context first, then greys, then colours on top.
  var drawingOrder: [Int] {
    func rank(_ index: Int) -> Double { series[index].isContext ? -1 : series[index].style.width }
    return series.indices.sorted { (rank($0), $0) < (rank($1), $1) }
  }

  /// The heights at which the line of each series (except context) ends, and at which its name is, at least `gap`
  /// from other names, as shares of the panel's height.
  func names(on axis: Axis, gap: Double) -> [(series: Int, end: Double, place: Double)] {
    let labelled = series.indices.filter { !series[$0].isContext }
    let ends = labelled.map { series[$0].points.last.map { axis.position($0.mean) } ?? 0 }
    let places = spread(ends, gap: gap)
    return labelled.indices.map { (labelled[$0], ends[$0], places[$0]) }
  }
}
