// Runs of one method under several options: they get different names, or the best setting is chosen.

extension RunRecord {
  /// The value of an option; nil if the run does not have it.
  package func option(_ name: String) -> String? { options.first { $0.name == name }?.value }

  /// The run with its option `variant` added to the method's name, as in `nfm round 2`.
  package var namedAfterVariant: RunRecord {
    guard let variant = option("variant") else { return self }
    var record = self
    record.plainMethod = method
    record.method += " \(variant)"
    return record
  }

  /// The method as `sample-init` names it, without variant and settings: `nfm` for `nfm round-2 learning_rate=0.1`.
  package var initialiser: String { plainMethod ?? methodName }

  /// The run with options added to the method's name, as in `nfm init_scale=fan-in`. Options that the
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
  /// The mean best validation accuracy, in [0, 1], for each value that was tried.
  package let tried: [String: Double]
  /// Whether the best value is the lowest or highest number tried, so that the true best may lie beyond.
  package let isAtEdge: Bool
}

/// The runs of each method on each data set with the value of `option` that has the highest mean
/// best validation accuracy (the lowest of equals); the test set has no influence on the choice.
/// Runs without the option stay. Runs that differ in other options are separated first.
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
