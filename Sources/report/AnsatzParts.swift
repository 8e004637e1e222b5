// The ansatz as a table, a CSV, and a plot of each network with its null models.

import Features
import Foundation
import Measurements
import Schemas
import Studies

extension AnsatzStudy {
  /// What the numbers are.
  var caption: String {
    "Cosine (and Pearson's r) of WᵀW and AGOP^α, \(count) images, logits \(logits.text). WᵀDW shares "
      + "W's rows whatever D is, so a number counts only by how far it exceeds its nulls: the same "
      + "network before training; D's eigenvalues with random eigenvectors (mean of "
      + "\(Ansatz.randomDraws)); D = I. Centred: with W − W₀ in place of W. Fitted α: the best in "
      + "[0.05, 3]; D = I at α = 1 is WᵀW itself."
      + (hasHeads ? " A line of several heads is their mean; the CSV has each." : "")
  }

  private var hasHeads: Bool {
    subjects.contains { $0.rows.count < $0.ansatz.layers.count }
  }

  private typealias Column = (
    heading: String, priority: Int, value: @Sendable (Ansatz.Layer) -> Double?
  )

  private static let columns: [Column] = [
    ("cosine, α = ½", 0, { $0.measured.cosineHalf }),
    ("before", 1, { $0.initial?.cosineHalf }),
    ("random D", 1, { $0.random.cosineHalf }),
    ("D = I", 1, { $0.identity.cosineHalf }),
    ("centred", 2, { $0.centred?.cosineHalf }),
    ("cosine, α = 1", 0, { $0.measured.cosineOne }),
    ("before, 1", 3, { $0.initial?.cosineOne }),
    ("random D, 1", 3, { $0.random.cosineOne }),
    ("centred, 1", 4, { $0.centred?.cosineOne }),
    ("r, α = ½", 5, { $0.measured.pearsonHalf }),
    ("r, α = 1", 5, { $0.measured.pearsonOne }),
    ("fitted α", 2, { $0.measured.fittedPower }),
    ("its cosine", 6, { $0.measured.fittedCosine }),
    ("rank of NFM", 4, { $0.nfmRank }),
    ("rank of AGOP", 4, { $0.agopRank }),
  ]

  var table: TextTable {
    TextTable(
      [.init("network", isNumeric: false), .init("layer", isNumeric: false, namesRows: true)]
        + Self.columns.map { .init($0.heading, priority: $0.priority) },
      rows: subjects.flatMap { subject in
        subject.rows.map { name, layers in
          [subject.name, name]
            + Self.columns.map { column in
              guard let value = layers.mean(column.value) else { return "" }
              let places = column.heading.hasPrefix("rank of") ? 1 : 3
              return value.isFinite ? String(format: "%.\(places)f", value) : "–"
            }
        }
      }
    ).withoutEmptyColumns
  }

  /// Every number, and the spectra: one line a network and layer.
  var csv: String {
    let names =
      ["cosine", "pearson"].flatMap { kind in
        ["half", "one"].flatMap { power in
          ["", "_before", "_random", "_identity", "_centred"].map { "\(kind)_\(power)\($0)" }
        }
      } + [
        "fitted_power", "fitted_cosine", "nfm_rank", "agop_rank", "nfm_spectrum", "agop_spectrum",
      ]
    var text = csvLine(["network", "layer"] + names)
    for subject in subjects {
      for layer in subject.ansatz.layers {
        let measures = [
          layer.measured, layer.initial, layer.random, layer.identity, layer.centred,
        ]
        let correlations: [KeyPath<Ansatz.Measure, Double>] = [
          \.cosineHalf, \.cosineOne, \.pearsonHalf, \.pearsonOne,
        ]
        var numbers = correlations.flatMap { path in
          measures.map { measure -> Double? in measure?[keyPath: path] }
        }
        numbers += [
          layer.measured.fittedPower, layer.measured.fittedCosine, layer.nfmRank, layer.agopRank,
        ]
        let spectra = [layer.nfmSpectrum, layer.agopSpectrum].map { spectrum in
          spectrum.map { String(format: "%.6g", $0) }.joined(separator: " ")
        }
        text += csvLine(
          [subject.name, layer.name] + numbers.map { finite($0).map { "\($0)" } ?? "" } + spectra)
      }
    }
    return text
  }

  /// For the page.
  var pageParts: [PagePart] {
    [.table(title: "The neural feature ansatz", caption: caption, table), .figure(figure)]
  }

  /// A panel for each network that is not shown as another's beginning.
  var figure: Figure {
    let lines: [(name: String, value: (Ansatz.Layer) -> Double?)] = [
      ("measured", { $0.measured.cosineHalf }), ("before training", { $0.initial?.cosineHalf }),
      ("random D", { $0.random.cosineHalf }), ("D = I", { $0.identity.cosineHalf }),
      ("centred", { $0.centred?.cosineHalf }),
    ]
    let palette = Palette(lines.map(\.name), baseline: "D = I", highlighted: lines.map(\.name))
    return Figure(
      name: "ansatz", title: "The neural feature ansatz by layer",
      caption: "Cosine of WᵀW and AGOP^½. Where the measured line does not leave its nulls, D says "
        + "nothing that W does not.",
      panels: subjects.filter { !$0.isInitial }.map { subject in
        Panel(
          title: subject.name, xLabel: "layer", yLabel: "cosine, α = ½",
          series: lines.map { line in
            let points = subject.rows.enumerated().compactMap { index, row -> CurvePoint? in
              guard let value = row.members.mean(line.value), value.isFinite else { return nil }
              return CurvePoint(x: Double(index + 1), mean: value, low: value, high: value, runs: 1)
            }
            return Series(line.name, points, palette.style(line.name))
          }.filter { !$0.points.isEmpty })
      }, columns: 2, sharesRange: true)
  }
}

extension AnsatzStudy.Subject {
  /// Lines of the table: a transformer's heads together.
  var rows: [(name: String, members: [Ansatz.Layer])] {
    groupedByPart(ansatz.layers, part: \.part, name: \.name)
  }
}

extension [Ansatz.Layer] {
  /// The mean over the layers; nil where one has no such value.
  fileprivate func mean(_ value: (Ansatz.Layer) -> Double?) -> Double? {
    let values = compactMap(value)
    return values.count == count ? values.reduce(0, +) / Double(count) : nil
  }
}
