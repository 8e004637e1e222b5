// Signals and gradients before the first step, which distinguish an initialisation that will learn
// from one that explodes, collapses or is dead, beside the resulting accuracy.

import Measurements

/// A summary of a method's initial networks: means over its runs.
package struct StartSummary: Sendable, Codable, Equatable {
  /// The deviation of the pre-activations in the first convolution, or map of a transformer's body; then in the last.
  package let firstDeviation: Double
  package let lastDeviation: Double
  /// The smallest effective rank of a convolution's pre-activations, without the first convolution, whose rank is that
  /// of the images. Nil if there is no other.
  package let leastRank: Double?
  /// The largest share of dead filters of a convolution, in [0, 1]; nil if no ReLU follows any.
  package let largestDeadShare: Double?
  /// The norm of the loss's gradient in the first convolution, divided by that in the last.
  package let gradientRatio: Double
  /// The summary of a transformer's blocks; nil for other networks and if they were not measured.
  package let blocks: BlockSummary?

  /// Summarises runs; nil when no run was probed.
  init?(_ runs: [RunRecord]) {
    let probes = runs.map { $0.probe.filter { !$0.isOfHead } }.filter { !$0.isEmpty }
    guard !probes.isEmpty else { return nil }
    func known(_ value: ([LayerProbe]) -> Double?) -> Double? {
      let values = probes.compactMap(value)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    func mean(_ value: ([LayerProbe]) -> Double?) -> Double { known(value) ?? .nan }
    firstDeviation = mean { $0.first?.deviation }
    lastDeviation = mean { $0.last?.deviation }
    leastRank = known { $0.dropFirst().map(\.effectiveRank).min() }
    largestDeadShare = known { $0.compactMap(\.deadShare).max() }
    gradientRatio = mean { layers in
      guard let first = layers.first?.gradientNorm, let last = layers.last?.gradientNorm else {
        return nil
      }
      return first / last
    }
    blocks = BlockSummary(runs)
  }

  /// The deviations in the first and last convolution, such as `1.2 → 30`.
  var deviations: String { "\(significant(firstDeviation)) → \(significant(lastDeviation))" }
}

extension Study {
  /// The table of methods × layers before the first step, with means over runs and over a layer's heads, and with R² of
  /// alignments if there are any.
  package func probeTable(on dataset: String) -> TextTable {
    let methods = methods(on: dataset).map { method in
      (method, runs(of: method, on: dataset).map(\.probe).filter { !$0.isEmpty })
    }
    let isAligned = methods.contains { $0.1.joined().contains { $0.explained != nil } }
    // Maps of transformers cannot be dead.
    let probed = methods.flatMap { $0.1.joined() }
    let canDie = probed.isEmpty || probed.contains { $0.deadShare != nil }
    return TextTable(
      [
        .init("method", isNumeric: false), .init("layer", isNumeric: false, namesRows: true),
        .init("deviation of z"), .init("effective rank"),
      ] + (canDie ? [.init("dead, %")] : []) + [.init("gradient norm")]
        + (isAligned ? [.init("R² of channels")] : []),
      rows: methods.flatMap { method, probes -> [[String]] in
        // The layers of the head, if a run probed them, follow the convolutions.
        guard let first = probes.max(by: { $0.count < $1.count }) else { return [] }
        let rows = groupedByPart(
          Array(first.indices), part: { first[$0].part }, name: { first[$0].name })
        return rows.map { name, layers in
          func meanOfKnown(_ value: (LayerProbe) -> Double?) -> Double? {
            let values = probes.flatMap { probe in
              layers.compactMap { probe.indices.contains($0) ? value(probe[$0]) : nil }
            }
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
          }
          func mean(_ value: (LayerProbe) -> Double) -> Double? { meanOfKnown { value($0) } }
          return [
            method, name, mean(\.deviation).map(significant) ?? "",
            mean(\.effectiveRank).map { decimal($0, 1) } ?? "",
          ] + (canDie ? [meanOfKnown(\.deadShare).map(percent) ?? ""] : [])
            + [mean(\.gradientNorm).map(significant) ?? ""]
            + (isAligned ? [meanOfKnown(\.explained).map { decimal($0, 2) } ?? ""] : [])
        }
      })
  }
}
