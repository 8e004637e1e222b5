// R² of alignments before training: how well the channels of a new network explain those of its source.

import Measurements

extension Study {
  /// The figure of R², with a line for each method whose filters were carried over to the new network's channels
  /// (`sample-init --align`), by convolution, or by linear map of a transformer, where the heads of a layer are one
  /// point. There is no panel if no method was aligned.
  package func alignmentCurves(on dataset: String, baseline: String?) -> Figure {
    let methods = methods(on: dataset)
    let palette = Palette(methods, baseline: baseline)
    let isOfTokens = methods.contains { method in
      runs(of: method, on: dataset).contains { $0.probe.contains { $0.part != nil } }
    }
    let map = isOfTokens ? "linear map" : "convolution"
    let series = methods.map { method in
      Series(
        method, points(ofAligned: runs(of: method, on: dataset).map(\.probe)),
        palette.style(method))
    }.filter { !$0.points.isEmpty }
    return Figure(
      name: "alignment-\(slug(dataset))",
      title: "Alignment before training, \(dataset)",
      caption: "How well the channels that a \(map) reads explain those that its partner in "
        + "the source reads: 1 is exact, 0 no better than their mean. "
        + "Mean over runs, band from the lowest to the highest.",
      panels: series.isEmpty
        ? []
        : [
          Panel(
            title: "R² of the source's channels in the new ones", xLabel: map, yLabel: "R²",
            series: series, reference: 0, bound: 1)
        ], columns: 1)
  }

  /// The points of a method: one for each convolution that was carried over in any run, or for the same part of all
  /// heads of a layer, which read the same tokens.
  private func points(ofAligned probes: [[LayerProbe]]) -> [CurvePoint] {
    let grouped = probes.map { groupedByPart($0, part: \.part, name: \.name).map(\.members) }
    return (0..<(grouped.map(\.count).max() ?? 0)).compactMap { place in
      CurvePoint(
        x: Double(place + 1),
        of: grouped.compactMap {
          $0.indices.contains(place) ? finite($0[place].first?.explained) : nil
        })
    }
  }
}
