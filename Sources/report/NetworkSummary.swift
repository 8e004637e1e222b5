// The table of a network's layers: shapes, parameters and ranks.

import Features
import Foundation
import Measurements
import Networks
import Schemas
import Studies
import Tooling

/// The layers of a network with the shapes of their weights, their parameters, and the ranks of their NFM.
struct NetworkSummary {
  private struct Row {
    let name: String
    /// PyTorch's shape of the weights; of several heads that of one.
    let shape: [Int]
    let parameters: Int
    /// Eigenvalues of the NFM of each of the row's maps; none where they were not asked for.
    let spectra: [[Double]]
    /// d; nil: it is no linear map.
    let dimension: Int?

    /// The mean over the row's maps; nil where their spectra were not asked for.
    func mean(_ value: ([Double]) -> Double) -> Double? {
      spectra.isEmpty ? nil : spectra.reduce(0) { $0 + value($1) } / Double(spectra.count)
    }
  }

  /// The file, the architecture and the number of all parameters.
  let heading: String
  private let rows: [Row]

  /// - Parameters:
  ///   - network: of any family.
  ///   - name: its file's, for the heading and for messages.
  ///   - maps: those whose NFM is decomposed, each with the gain of the normalisation that it reads.
  /// - Throws: `ToolError` if an NFM is too large to decompose.
  init(_ network: Network, called name: String, ranked maps: [LinearMap]) throws {
    let architecture = network.architecture
    let spectra = try naming(name) {
      try FeatureSet.nfm(network, layers: maps).layers.mapValues { try $0.factor.spectrum() }
    }
    let shapes = Dictionary(architecture.parameters.map { ($0.name, $0.shape) }) { $1 }
    var left = Self.layers(architecture.others)
    var rows: [Row] = []
    // What belongs to no map stands beside the map that reads it or that it follows, or at the top.
    func appendOthers(_ isNext: (String) -> Bool) {
      rows += left.filter { isNext($0.name) }
      left.removeAll { isNext($0.name) }
    }
    let beside = Set(
      architecture.linearMaps.flatMap { [$0.norm, $0.batchNorm, Self.scalars(of: $0.name)] })
    appendOthers { !beside.contains($0) }
    for (name, members) in groupedByPart(architecture.linearMaps, part: \.part, name: \.name) {
      guard let first = members.first else { continue }
      appendOthers { $0 == first.norm }
      rows.append(
        Row(
          name: name, shape: first.weightShape,
          parameters: members.reduce(0) { $0 + Self.parameters(of: $1, in: shapes) },
          spectra: members.compactMap { spectra[$0.name] }, dimension: first.fanIn))
      appendOthers { [first.batchNorm, Self.scalars(of: first.name)].contains($0) }
    }
    self.rows = rows
    let side = network.preparation.side.map { ", images of \($0)×\($0)" } ?? ""
    let total = rows.reduce(0) { $0 + $1.parameters }
    heading =
      "\(name): \(architecture.name), \(architecture.outputs) outputs\(side), \(total) parameters"
  }

  /// A map's share of the tensors of its layer: its rows of all rows.
  private static func parameters(of map: LinearMap, in shapes: [String: [Int]]) -> Int {
    [map.weight, map.bias].compactMap { shapes[$0] }.reduce(0) { sum, shape in
      sum + shape.dropFirst().reduce(map.outputs, *)
    }
  }

  /// The name of the row that the scalars beside a map share.
  private static func scalars(of map: String) -> String { "scalars of \(map)" }

  /// What belongs to no map, without statistics, which are not learned. The tensors of one layer, as
  /// `blocks.0.norm1.weight` and `….bias`, share a row, and so do the scalars beside one map.
  private static func layers(_ others: [ParameterShape]) -> [Row] {
    var rows: [Row] = []
    for other in others where !other.isStatistic {
      let name = other.norm ?? other.scalarOf.map(scalars) ?? other.name
      let count = other.shape.reduce(1, *)
      if let last = rows.last, last.name == name {
        rows[rows.count - 1] = Row(
          name: name, shape: last.shape, parameters: last.parameters + count, spectra: [],
          dimension: nil)
      } else {
        rows.append(
          Row(name: name, shape: other.shape, parameters: count, spectra: [], dimension: nil))
      }
    }
    return rows
  }

  var table: TextTable {
    TextTable(
      [
        .init("layer", isNumeric: false), .init("shape", isNumeric: false),
        .init("parameters"), .init("dimension of NFM", priority: 1), .init("rank"),
        .init("effective rank"),
      ],
      rows: rows.map { row in
        [
          row.name, row.shape.map(String.init).joined(separator: "×"), "\(row.parameters)",
          row.dimension.map(String.init) ?? "",
          row.mean { Double(Self.rank($0)) }.map { $0 == $0.rounded() ? "\(Int($0))" : $0.text }
            ?? "",
          row.mean(effectiveRank)?.text ?? "",
        ]
      })
  }

  /// The number of eigenvalues that are more than rounding errors.
  private static func rank(_ spectrum: [Double]) -> Int {
    spectrum.count { $0 > ThinFactor.cutoff * (spectrum.first ?? 0) }
  }
}

extension Double {
  /// With one decimal.
  fileprivate var text: String { String(format: "%.1f", self) }
}
