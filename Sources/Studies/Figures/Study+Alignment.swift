/// R² of alignments before training: how well the channels of a new network stand for its source's.

import Measurements

extension Study {
  /// A line for each method whose filters were carried over to the new network's channels (`sample-init
  /// --align`), by convolution; no panel where there is none.
  package func alignmentCurves(on dataset: String, baseline: String?) -> Figure {
    let methods = methods(on: dataset)
    let palette = Palette(methods, baseline: baseline)
    let series = methods.map { method in
      Series(
        method, points(ofAligned: runs(of: method, on: dataset).map(\.probe)),
        palette.style(method))
    }.filter { !$0.points.isEmpty }
    return Figure(
      name: "alignment-\(slug(dataset))",
      title: "Alignment before training, \(dataset)",
      caption: "How well the channels that a convolution reads explain those that its partner in "
        + "the source reads: 1 is exact, 0 no better than their mean. "
        + "Mean over runs, band from the lowest to the highest.",
      panels: series.isEmpty
        ? []
        : [
          Panel(
            title: "R² of the source's channels in the new ones", xLabel: "convolution",
            yLabel: "R²", series: series, reference: 0, bound: 1)
        ], columns: 1)
  }

  /// A point for each convolution that was carried over in any of the runs.
  private func points(ofAligned probes: [[LayerProbe]]) -> [CurvePoint] {
    (0..<(probes.map(\.count).max() ?? 0)).compactMap { layer in
      CurvePoint(
        x: Double(layer + 1),
        of: probes.compactMap { $0.indices.contains(layer) ? finite($0[layer].explained) : nil })
    }
  }
}
