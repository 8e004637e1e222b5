/// One method on one data set: everything that a table may show, as numbers.

/// A mean with the interval that fits how the runs depend on each other.
package struct Estimate: Sendable, Codable, Equatable {
  package let summary: Summary
  /// Bootstrap over sources and seeds when runs share several sources, else that of `summary`; nil for
  /// one run, and for accuracies that are all equal.
  package let interval: Interval?

  /// The metric over replicates; nil when no run has it.
  init?(_ runs: [RunRecord], _ metric: Metric) {
    let cells = runs.compactMap { run in
      finite(metric.value(run)).map { Cell(source: run.sourceSeed, seed: run.seed, value: $0) }
    }
    guard let summary = Summary(cells.map(\.value), of: metric.support) else { return nil }
    self.summary = summary
    let sources = Set(cells.compactMap(\.source))
    interval =
      sources.count > 1 && summary.interval != nil && !haveOwnSources(runs)
      ? hierarchicalBootstrap(cells) : summary.interval
  }
}

/// A row of results.
package struct ResultRow: Sendable, Codable {
  package let dataset: String
  /// With the settings that tell it from other rows of its method, as `nfm learning_rate=0.1`.
  package let method: String
  /// The method without them.
  package let name: String
  /// Every option that changes the result, by name; all runs of the row agree in them.
  package let options: [RunOption]
  /// Whether the others are compared with this row.
  package let isBaseline: Bool
  package let runs: Int
  /// Number of source networks; 0 for methods without.
  package let sources: Int
  /// Whether each run draws from a source of its own.
  package let hasOwnSources: Bool
  package let seeds: Int
  package let testAccuracyAtBest: Estimate?
  package let bestValidationAccuracy: Estimate?
  package let lastTestAccuracy: Estimate?
  package let areaUnderCurve: Estimate?
  /// Median over the runs that reached `ResultTable.target`, and how many did.
  package let epochsToReach: Double?
  package let runsThatReached: Int
  /// Loss gap at `ResultTable.equalTrainingLoss`.
  package let lossGap: Estimate?
  /// The paper's best validation accuracy, in [0, 1].
  package let paper: Double?
  package let comparison: Comparison?
  package let verdict: Verdict?
  /// The number of pairs that would decide; nil where there is a verdict.
  package let pairsToDecide: Int?
  /// Where the spread of the accuracies comes from, if the design tells; by test accuracy, or by the
  /// best validation accuracy where nothing was tested.
  package let components: VarianceComponents?
  /// How the initial networks were found before training.
  package let start: StartSummary?
  /// What decides the size of the filters, as `fan-in`; nil where runs differ or do not say.
  package let scale: String?
  /// Epochs at which runs diverged, one entry for each run that did.
  package let divergedAt: [Int]
  package let runsAtChance: Int
  /// Mean validation accuracy by epoch over the runs that have the epoch; for sparklines.
  package let validationCurve: [Double]

  init(
    _ replicates: [RunRecord], dataset: String, method: String, target: Double?,
    equalTrainingLoss: Double?, comparison: Comparison?, isBaseline: Bool
  ) {
    self.dataset = dataset
    self.method = method
    self.isBaseline = isBaseline
    name = replicates.first?.methodName ?? method
    options = (replicates.first?.conditions ?? [:]).sorted { $0.key < $1.key }
      .map { RunOption($0.key, $0.value) }
    runs = replicates.count
    sources = Set(replicates.compactMap(\.sourceSeed)).count
    hasOwnSources = haveOwnSources(replicates)
    seeds = Set(replicates.map(\.seed)).count
    testAccuracyAtBest = Estimate(replicates, .testAccuracyAtBest)
    bestValidationAccuracy = Estimate(replicates, .bestValidationAccuracy)
    lastTestAccuracy = Estimate(replicates, .lastTestAccuracy)
    areaUnderCurve = Estimate(replicates, .areaUnderCurve)
    let reached = replicates.compactMap { run in target.flatMap { run.epochsToReach($0) } }
    epochsToReach = Summary(reached.map(Double.init))?.median
    runsThatReached = reached.count
    lossGap = equalTrainingLoss.flatMap { Estimate(replicates, .lossGap(atTrainingLoss: $0)) }
    paper = PaperTable.accuracy(of: method, on: dataset)
    self.comparison = comparison
    verdict = comparison?.verdict
    pairsToDecide = comparison?.pairsToDecide
    components = VarianceComponents(
      replicates, testAccuracyAtBest == nil ? .bestValidationAccuracy : .testAccuracyAtBest)
    start = StartSummary(replicates)
    let scales = Set(replicates.map { $0.option("init_scale") })
    scale = scales.count == 1 ? scales.first ?? nil : nil
    divergedAt = replicates.compactMap(\.divergedAt).sorted()
    runsAtChance = replicates.filter { !$0.diverged && $0.isAtChance }.count
    let length = replicates.map(\.epochs.count).max() ?? 0
    validationCurve = (0..<length).map { epoch in
      Summary(
        replicates.compactMap {
          $0.epochs.indices.contains(epoch) ? $0.epochs[epoch].validationAccuracy : nil
        })?.mean ?? 0
    }
  }

  /// The value of an option as a table shows it; empty where an initialiser has no such option.
  func value(of option: String) -> String {
    options.first { $0.name == option }?.value ?? (isOfInitialiser(option) ? "" : unset)
  }

  /// What a reader must know before the numbers, as "diverged in 2 of 3 runs at epoch 1";
  /// empty when training went as it should.
  package var status: String {
    var parts: [String] = []
    if !divergedAt.isEmpty {
      let epochs = Set(divergedAt).sorted()
      let times = epochs.count == 1 ? "epoch" : "epochs"
      parts.append(
        "diverged in \(share(divergedAt.count)) at \(times) "
          + epochs.map(String.init).joined(separator: ", "))
    }
    if runsAtChance > 0 {
      parts.append(runsAtChance == runs ? "at chance" : "at chance in \(share(runsAtChance))")
    }
    return parts.joined(separator: "; ")
  }

  private func share(_ count: Int) -> String {
    "\(count) of \(runs) \(runs == 1 ? "run" : "runs")"
  }
}
