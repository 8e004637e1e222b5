// The rows of results: one method on one data set, with everything that a table may show, as numbers.

/// An estimate: a mean, with the interval that fits the dependence between the runs.
package struct Estimate: Sendable, Codable, Equatable {
  package let summary: Summary
  /// The interval of the bootstrap over sources and seeds if runs share several sources, else that of `summary`; nil for
  /// one run, and for accuracies that are all equal.
  package let interval: Interval?

  /// Estimates a metric over replicates; nil when no run has it.
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

/// A row of results: one method on one data set.
package struct ResultRow: Sendable, Codable {
  package let dataset: String
  /// The method with the settings that distinguish it from other rows of the method, as in `nfm learning_rate=0.1`.
  package let method: String
  /// The method without these settings.
  package let name: String
  /// Every option that changes the result, by name; all runs of the row agree in them.
  package let options: [RunOption]
  /// Whether the other rows are compared with this one.
  package let isBaseline: Bool
  package let runs: Int
  /// The number of source networks; 0 for methods without a source.
  package let sources: Int
  /// Whether each run draws from its own source.
  package let hasOwnSources: Bool
  package let seeds: Int
  package let testAccuracyAtBest: Estimate?
  package let bestValidationAccuracy: Estimate?
  package let lastTestAccuracy: Estimate?
  package let areaUnderCurve: Estimate?
  /// The median number of epochs over the runs that reached `ResultTable.target`; their number follows.
  package let epochsToReach: Double?
  package let runsThatReached: Int
  /// The loss gap at `ResultTable.equalTrainingLoss`.
  package let lossGap: Estimate?
  /// The paper's best validation accuracy, in [0, 1].
  package let paper: Double?
  package let comparison: Comparison?
  package let verdict: Verdict?
  /// The number of pairs that would decide; nil if there is a verdict.
  package let pairsToDecide: Int?
  /// The components of the accuracies' variance, if the design can separate them; of the test accuracy, or of the
  /// best validation accuracy if nothing was tested.
  package let components: VarianceComponents?
  /// The measurements of the initial networks before training.
  package let start: StartSummary?
  /// The option that decides the size of the filters, such as `fan-in`; nil if runs differ or do not state it.
  package let scale: String?
  /// The epochs at which runs diverged, one for each run that did.
  package let divergedAt: [Int]
  package let runsAtChance: Int
  /// The mean validation accuracy by epoch over the runs that have the epoch, for sparklines.
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

  /// The value of an option as a table shows it; empty if an initialiser has no such option.
  func value(of option: String) -> String {
    options.first { $0.name == option }?.value ?? (isOfInitialiser(option) ? "" : unset)
  }

  /// What a reader must know before the numbers, such as "diverged in 2 of 3 runs at epoch 1";
  /// empty when training succeeded.
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
