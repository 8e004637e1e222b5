/// What features files say of themselves, for the page: ranks and spectra by layer, and whether an
/// AGOP had enough images.

import Features
import Foundation
import HDF5
import Schemas
import Studies
import Tooling

struct FeatureParts {
  private struct Source {
    let name: String
    let layers: [(name: String, features: LayerFeatures, spectrum: [Double])]
    /// Agreement of the matrices of fewer images with those of all, the fewest first.
    let convergence: [GradientSurvey.Agreement]
  }

  private let sources: [Source]

  init(_ paths: [String]) throws {
    sources = try paths.map { path in
      let file = try Input(path: path).openHDF5()
      let features = try FeaturesFile(file).features
      let layers = try features.maps.compactMap {
        map -> (String, LayerFeatures, [Double])? in
        guard let layer = features.layers[map.name] else { return nil }
        return try naming("\(path): '\(map.name)/factor'") {
          (map.name, layer, try layer.factor.spectrum())
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
    return [.table(title: "Features by layer", caption: caption, ranks), .figure(spectra)]
      + sources.compactMap(heatmap)
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
        source.layers.map { layer in
          let trace = layer.spectrum.reduce(0, +)
          let share = trace > 0 ? 100 * (layer.spectrum.first ?? 0) / trace : 0
          return [
            source.name, layer.name, "\(layer.features.factor.dimension)",
            "\(layer.spectrum.count)", String(format: "%.1f", effectiveRank(layer.spectrum)),
            String(format: "%.1f", share), String(format: "%.4g", layer.features.trace),
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
        let names = source.layers.map(\.name)
        let palette = Palette(names, baseline: nil, highlighted: names)
        return Panel(
          title: "\(source.name): log₁₀ λₖ/λ₁", xLabel: "k", yLabel: "log₁₀ λₖ/λ₁",
          series: source.layers.map { layer in
            Series(layer.name, Self.points(layer.spectrum), palette.style(layer.name))
          })
      }, columns: 2)
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
        title: "Convergence of \(source.name)", rows: source.layers.map(\.name),
        columns: agreements.map { $0.images == 1 ? "1 image" : "\($0.images) images" },
        values: source.layers.indices.map { layer in agreements.map { $0.cosines[layer] } },
        decimals: 3),
      caption: "Cosine between the matrix of the first images and the matrix of all: near 1, more "
        + "images would change little.")
  }
}

extension FeatureSet {
  /// As figures call it: `NFM`, `AGOP^0.5`.
  var title: String { kind.rawValue.uppercased() + (power == 1 ? "" : "^\(power)") }
}
