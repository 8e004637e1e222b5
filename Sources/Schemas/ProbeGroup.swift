// The group `probe` of a run file, read and written.

import Features
import HDF5
import Measurements
import Networks
import Tooling

/// A network's state before training as a run file holds it: the group `probe`, Float64 [layers] each,
/// with the names of the `layers`, the number of `images` and their `loss`, and `warnings`. A share of dead filters
/// is NaN where no ReLU follows. Of a transformer it has the group `blocks` too (`BlocksGroup`).
package struct ProbeGroup: Sendable {
  /// In the network's order.
  package let layers: [LayerProbe]
  /// A transformer's blocks, in order; empty for other networks and in files that have none.
  package let blocks: [BlockProbe]
  /// Mean cross-entropy of the batch, in nats.
  package let loss: Double
  /// The number of images in the batch.
  package let images: Int
  /// Faults of the initial network, one line for each.
  package let warnings: [String]

  /// The datasets.
  private enum Column: String, CaseIterable {
    case deviation
    case effectiveRank = "effective_rank"
    case deadShare = "dead_share"
    case gradientNorm = "gradient_norm"

    func value(_ layer: LayerProbe) -> Double {
      switch self {
      case .deviation: layer.deviation
      case .effectiveRank: layer.effectiveRank
      case .deadShare: layer.deadShare ?? .nan
      case .gradientNorm: layer.gradientNorm
      }
    }
  }

  /// The part of a probe that a run file stores.
  package init(_ probe: Probe) {
    (layers, blocks, loss) = (probe.layers, probe.blocks, probe.loss)
    (images, warnings) = (probe.images, probe.warnings)
  }

  /// Reads the group of a run; nil if it has none.
  ///
  /// - Parameters:
  ///   - architecture: the run's, which says the layers' roles.
  ///   - explained: R² of an alignment, by layer.
  /// - Throws: `ToolError` if it is not of this form.
  init?(_ file: File, of architecture: Architecture, explained: [String: Double]) throws {
    guard file.root.contains(Self.name) else { return nil }
    let group = try file.root.group(Self.name)
    let names = try group.required("layers", "names", \.strings)
    func column(_ column: Column) throws -> [Double] {
      let name = column.rawValue
      guard group.contains(name), try group.shape(of: name) == [names.count] else {
        throw schemaError(file, "'\(Self.name)/\(name)' is missing or not [\(names.count)]")
      }
      return try group.read(name, as: Double.self).values
    }
    let (deviations, ranks) = (try column(.deviation), try column(.effectiveRank))
    let (shares, norms) = (try column(.deadShare), try column(.gradientNorm))
    let head = Set(architecture.head.map(\.name))
    let parts = Dictionary(
      architecture.linearMaps.map { ($0.name, $0.part) }, uniquingKeysWith: { first, _ in first })
    layers = names.indices.map {
      LayerProbe(
        name: names[$0], deviation: deviations[$0], effectiveRank: ranks[$0],
        deadShare: shares[$0].isNaN ? nil : shares[$0], gradientNorm: norms[$0],
        isOfHead: head.contains(names[$0]), explained: explained[names[$0]],
        part: parts[names[$0]] ?? nil)
    }
    blocks = try BlocksGroup(group, of: architecture)?.blocks ?? []
    loss = try group.required("loss", "a number", \.double)
    images = try group.required("images", "an integer", \.integer)
    warnings = try group.optional("warnings", "lines of text", \.strings) ?? []
  }

  func write(to file: File) throws {
    let group = try file.root.createGroup(Self.name)
    for column in Column.allCases {
      try group.write(layers.map(column.value), shape: [layers.count], to: column.rawValue)
    }
    try BlocksGroup(blocks).write(to: group)
    try group.setAttribute("layers", .strings(layers.map(\.name)))
    try group.setAttribute("loss", .double(loss))
    try group.setAttribute("images", .integer(images))
    if !warnings.isEmpty { try group.setAttribute("warnings", .strings(warnings)) }
  }

  private static let name = "probe"
}
