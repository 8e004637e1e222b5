/// Runs of one method under several options: told apart by name, or the best setting chosen for each.

extension RunRecord {
  /// The value of an option, or nil.
  package func option(_ name: String) -> String? { options.first { $0.name == name }?.value }

  /// The run with its method named after its option `variant` too, as `nfm round 2`.
  package var namedAfterVariant: RunRecord {
    guard let variant = option("variant") else { return self }
    var record = self
    record.plainMethod = method
    record.method += " \(variant)"
    return record
  }

  /// The run with its method named after options too, as `nfm init_scale=fan-in`. Options that the
  /// run does not have are left out.
  package func distinguished(by names: [String]) -> RunRecord {
    with(settings: names.filter { option($0) != nil })
  }
}

/// The setting that was chosen for a method on a data set.
package struct TunedSetting: Sendable, Equatable {
  package let dataset: String
  package let method: String
  package let option: String
  package let value: String
  /// Mean best validation accuracy under each value that was tried, in [0, 1].
  package let tried: [String: Double]
  /// Whether the best is the lowest or highest number tried: the true best may lie beyond.
  package let isAtEdge: Bool
}

/// For each method on each data set, the runs with the value of `option` that has the highest mean
/// best validation accuracy (the earlier in the order of numbers, of equals); the test set chooses
/// nothing. Runs without the option stay. Runs that differ in other options are told apart first.
package func tuned(
  _ runs: [RunRecord], by option: String
) -> (runs: [RunRecord], settings: [TunedSetting]) {
  let runs = toldApart(namedApart(runs), ignoring: [option])
  let groups = Dictionary(grouping: runs) { [$0.dataset, $0.method] }
  var settings: [TunedSetting] = []
  for (key, group) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
    let byValue = Dictionary(grouping: group.filter { $0.option(option) != nil }) {
      $0.option(option) ?? ""
    }
    let means = byValue.compactMapValues { runs in
      // A run without any accuracy counts as 0: a setting that fails is not the best.
      Summary(runs.map { $0.bestValidationAccuracy ?? 0 })?.mean
    }
    let order = means.keys.sorted { (Double($0) ?? .infinity, $0) < (Double($1) ?? .infinity, $1) }
    guard let best = order.max(by: { (means[$0] ?? 0) < (means[$1] ?? 0) }) else { continue }
    let highest = means[best] ?? 0
    let first = order.first { highest - (means[$0] ?? 0) <= Summary.rounding } ?? best
    settings.append(
      TunedSetting(
        dataset: key[0], method: key[1], option: option, value: first, tried: means,
        isAtEdge: order.count > 1 && (first == order.first || first == order.last)))
  }
  let kept = runs.filter { run in
    guard let value = run.option(option) else { return true }
    return settings.contains {
      $0.dataset == run.dataset && $0.method == run.method && $0.value == value
    }
  }
  return (kept, settings)
}
