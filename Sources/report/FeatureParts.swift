// Tables and figures of features files for the page: ranks and spectra by layer, and the convergence of an AGOP with the
// number of images.

import Features
import Foundation
import HDF5
import Measurements
import Schemas
import Studies
import Tooling

struct FeatureParts {
  private struct Source {
    let name: String
    let layers: [Layer]
    /// Lines of the table, and for each the places of its layers: a transformer's heads together.
    var lines: [(name: String, members: [Int])] {
      groupedByPart(Array(layers.indices), part: { layers[$0].part }, name: { layers[$0].name })
    }
    /// Agreement of the matrices of fewer images with those of all, the fewest first.
    let convergence: [GradientSurvey.Agreement]
  }

  private struct Layer {
    let name: String
    let part: String?
    let features: LayerFeatures
    let spectrum: [Double]
  }

  private let sources: [Source]

  init(_ paths: [String]) throws {
    sources = try paths.map { path in
      let file = try Input(path: path).openHDF5()
      let features = try FeaturesFile(file).features
      let layers = try features.maps.compactMap {
        map -> Layer? in
        guard let layer = features.layers[map.name] else { return nil }
        return try naming("\(path): '\(map.name)/factor'") {
          Layer(
            name: map.name, part: map.part, features: layer,
            spectrum: try layer.factor.spectrum())
        }
      }
      return Source(
        name: features.title, layers: layers,
        convergence: try ConvergenceGroup(file, layers: layers.count)?.agreements ?? [])
    }
  }

  /// Ranks, spectra, and convergence, in this order.
  var pageParts: [PagePart] {
    guard !sources.isEmpty else { return [] }
    return [
      .table(title: "Features by layer", caption: caption + headsCaption, ranks), .figure(spectra),
    ]
      + sources.compactMap(heatmap)
  }

  private var headsCaption: String {
    sources.contains { $0.lines.count < $0.layers.count }
      ? ". A line of several heads is their mean" : ""
  }

  private let caption =
    "Effective rank: exp of the entropy of the eigenvalues (Roy and Vetterli 2007); a rank below 2 "
    + "means that a layer's filters point one way"

  private var ranks: TextTable {
    TextTable(
      [
        .init("features", isNumeric: false), .init("layer", isNumeric: false),
        .init("dimension"), .init("rank at most"), .init("effective rank"),
        .init("largest eigenvalue, % of trace"), .init("trace"),
      ],
      rows: sources.flatMap { source in
        source.lines.compactMap { name, members in
          guard let first = members.first.map({ source.layers[$0] }) else { return nil }
          func mean(_ value: (Layer) -> Double) -> Double {
            members.reduce(0) { $0 + value(source.layers[$1]) } / Double(members.count)
          }
          let share = mean { layer in
            let trace = layer.spectrum.reduce(0, +)
            return trace > 0 ? 100 * (layer.spectrum.first ?? 0) / trace : 0
          }
          return [
            source.name, name, "\(first.features.factor.dimension)", "\(first.spectrum.count)",
            String(format: "%.1f", mean { effectiveRank($0.spectrum) }),
            String(format: "%.1f", share), String(format: "%.4g", mean(\.features.trace)),
          ]
        }
      })
  }

  private var spectra: Figure {
    Figure(
      name: "spectra", title: "Spectra of the features",
      caption: "Eigenvalues λₖ of each layer, relative to the largest; lines end where a layer's "
        + "rank does.",
      panels: sources.map { source in
        let names = source.lines.map(\.name)
        let palette = Palette(names, baseline: nil, highlighted: names)
        return Panel(
          title: "\(source.name): log₁₀ λₖ/λ₁", xLabel: "k", yLabel: "log₁₀ λₖ/λ₁",
          series: source.lines.map { name, members in
            let spectra = members.map { source.layers[$0].spectrum }
            return Series(name, Self.points(Self.mean(spectra)), palette.style(name))
          })
      }, columns: 2)
  }

  /// Place by place, as far as the shortest goes.
  private static func mean(_ spectra: [[Double]]) -> [Double] {
    (0..<(spectra.map(\.count).min() ?? 0)).map { place in
      spectra.reduce(0) { $0 + $1[place] } / Double(spectra.count)
    }
  }

  /// At most 64 of a spectrum's eigenvalues, those above the cut-off.
  private static func points(_ spectrum: [Double]) -> [CurvePoint] {
    guard let first = spectrum.first, first > 0 else { return [] }
    let count = spectrum.prefix { $0 > ThinFactor.cutoff * first }.count
    let shown = min(count, 64)
    return (0..<shown).map { step in
      let index = shown == 1 ? 0 : step * (count - 1) / (shown - 1)
      let value = log10(spectrum[index] / first)
      return CurvePoint(x: Double(index + 1), mean: value, low: value, high: value, runs: 1)
    }
  }

  private func heatmap(_ source: Source) -> PagePart? {
    let agreements = source.convergence
    guard !agreements.isEmpty else { return nil }
    return .heatmap(
      Heatmap(
        title: "Convergence of \(source.name)", rows: source.lines.map(\.name),
        columns: agreements.map { $0.images == 1 ? "1 image" : "\($0.images) images" },
        values: source.lines.map { _, members in
          agreements.map { agreement in
            members.reduce(0) { $0 + agreement.cosines[$1] } / Double(members.count)
          }
        },
        decimals: 3),
      caption: "Cosine between the matrix of the first images and the matrix of all: near 1, more "
        + "images would change little.")
  }
}

extension FeatureSet {
  /// As figures call it: `NFM`, `AGOP^0.5`.
  var title: String { kind.rawValue.uppercased() + (power == 1 ? "" : "^\(power)") }
}
