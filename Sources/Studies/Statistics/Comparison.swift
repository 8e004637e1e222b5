// Comparison of a method with a baseline by paired differences: same data set, same seed (hence the same
// split, shuffles and dropout masks), and the same source if the baseline has one too.

/// Paired differences of values, tested against 0.
package struct PairedDifference: Sendable, Codable, Equatable {
  /// The mean difference, its deviation and its t interval, which is cut at ±1 for accuracies.
  package let summary: Summary
  /// The exact sign-flip test.
  package let permutation: PermutationTest
  /// The t statistic of the paired t test, whose two-sided p follows. Both are nil for one pair, and for differences
  /// that are equal to within rounding: without a deviation there is no t, and the sign-flip test decides.
  package let t: Double?
  package let tTestP: Double?

  /// Tests differences; nil when there is none or one is not finite. `support` affects the interval,
  /// but not the tests.
  package init?(_ differences: [Double], of support: Support = .real) {
    guard let permutation = signFlipTest(differences),
      let summary = Summary(differences, of: support)
    else { return nil }
    self.summary = summary
    self.permutation = permutation
    if let deviation = summary.deviation, deviation > 0 {
      let t = summary.mean / (deviation / Double(summary.n).squareRoot())
      self.t = t
      tTestP = StudentT(degreesOfFreedom: Double(summary.n - 1)).twoSidedP(t)
    } else {
      t = nil
      tTestP = nil
    }
  }
}

/// The test that a p-value comes from.
package enum PairedTest: String, Sendable, Codable {
  /// The exact sign-flip test, which assumes nothing about the distribution.
  case signFlip = "sign-flip"
  /// The paired t test, which assumes normally distributed differences.
  case t
}

/// A comparison of a method with the baseline on one data set, and how far it may be generalised.
package struct Comparison: Sendable, Codable {
  package let dataset: String
  package let method: String
  package let baseline: String
  /// The number of matched runs.
  package let pairs: Int
  /// The number of runs of the method that have no partner and are not in the comparison.
  package let unmatched: Int
  /// The difference with seeds as units and averages over sources, which holds for these source networks only.
  package let overSeeds: PairedDifference
  /// The difference with sources as units and averages over seeds, which holds for sources in general. Nil below two.
  package let overSources: PairedDifference?
  /// The interval over sources and seeds together, by the hierarchical bootstrap; nil below two sources.
  package let bootstrap: Interval?
  /// Whether each run has its own source network, so that pairs differ in source and seed together.
  package let hasOwnSources: Bool
  /// How often the method is better under the same seed.
  package let improvement: Improvement?
  /// The equivalence test with seeds as units, as in `overSeeds`; nil for metrics without a margin.
  package let equivalence: EquivalenceTest?
  /// The test that gives all p and the verdict: the sign-flip test if this number of pairs and
  /// methods lets it reach the 5 % level, else the t test. The choice does not depend on the differences.
  package fileprivate(set) var test: PairedTest
  /// The test's p after Holm's correction over the methods of the data set.
  package fileprivate(set) var adjustedP: Double
  /// The equivalence test's p after Holm's correction over the same methods; nil without that test.
  package fileprivate(set) var adjustedEquivalenceP: Double?
  /// The number of methods in that family.
  package fileprivate(set) var family: Int

  /// Matches runs by (source seed, seed), or by seed only if the baseline has no source or each run of
  /// both has its own; nil when nothing matches or `metric` is undefined everywhere. `margin` is the margin of
  /// equivalence, for accuracies.
  init?(_ runs: [RunRecord], against baseline: [RunRecord], metric: Metric, margin: Double) {
    guard let first = runs.first, let reference = baseline.first else { return nil }
    let hasOwnSources = haveOwnSources(runs)
    let isPairedBySeed = hasOwnSources && haveOwnSources(baseline)
    let cells = runs.compactMap { run -> Cell? in
      let partner =
        baseline.first { $0.seed == run.seed && $0.sourceSeed == run.sourceSeed }
        ?? baseline.first {
          $0.seed == run.seed && ($0.sourceSeed == nil || isPairedBySeed)
        }
      guard let value = finite(metric.value(run)),
        let other = partner.flatMap({ finite(metric.value($0)) })
      else { return nil }
      return Cell(
        source: hasOwnSources ? nil : run.sourceSeed, seed: run.seed, value: value - other)
    }
    let seeds = Set(cells.map(\.seed)).sorted()
    let sources = Set(cells.compactMap(\.source)).sorted()
    let support: Support = metric.support == .share ? .difference : .real
    let bySeed = seeds.map { seed in mean(cells.filter { $0.seed == seed }) }
    guard let overSeeds = PairedDifference(bySeed, of: support) else { return nil }
    dataset = first.dataset
    method = first.method
    self.baseline = reference.method
    pairs = cells.count
    unmatched = runs.count - cells.count
    self.overSeeds = overSeeds
    overSources =
      sources.count > 1
      ? PairedDifference(
        sources.map { source in mean(cells.filter { $0.source == source }) }, of: support) : nil
    bootstrap = sources.count > 1 ? hierarchicalBootstrap(cells) : nil
    self.hasOwnSources = hasOwnSources
    improvement = Improvement(cells, shared: sources.count > 1)
    equivalence = metric.support == .share ? EquivalenceTest(bySeed, within: margin) : nil
    test = .signFlip
    adjustedP = overSeeds.permutation.p
    adjustedEquivalenceP = equivalence?.p
    family = 1
  }

  /// Makes the comparison one of `family` comparisons, and chooses the test that both p are from.
  fileprivate mutating func join(family: Int) {
    self.family = family
    guard smallestPossibleP > significanceLevel, overSeeds.summary.n >= fewestPairs,
      let p = overSeeds.tTestP
    else { return }
    (test, adjustedP, adjustedEquivalenceP) = (.t, p, equivalence?.tTestP)
  }

  /// The mean difference of the metric over the seeds of all pairs.
  package var difference: Double { overSeeds.summary.mean }

  /// The interval to show: of the bootstrap if there are several sources, else of t over seeds.
  package var interval: Interval? { bootstrap ?? overSeeds.summary.interval }
}

private func mean(_ cells: [Cell]) -> Double {
  cells.reduce(0) { $0 + $1.value } / Double(max(cells.count, 1))
}

extension Study {
  /// The comparisons on a data set, in table order, with Holm's correction over all of them: every other method against
  /// `baseline`, and variants against the plain runs of their method if there are any. Rows that have
  /// no partner with the same options are left out (`Partners.incomparable`). Empty when the baseline
  /// was not run there. Accuracies within ±`margin` of each other count as equivalent.
  package func comparisons(
    to baseline: String, on dataset: String, metric: Metric = .testAccuracyAtBest,
    margin: Double = defaultMargin
  ) -> [Comparison] {
    let partners = Partners(self, baseline: baseline, on: dataset)
    var comparisons = partners.challengers.compactMap { method -> Comparison? in
      guard case .success(let partner) = partners.partner(of: method) else { return nil }
      return Comparison(
        runs(of: method, on: dataset), against: runs(of: partner.method, on: dataset),
        metric: metric, margin: margin)
    }
    for index in comparisons.indices { comparisons[index].join(family: comparisons.count) }
    let adjusted = holm(comparisons.map(\.adjustedP))
    let equivalence = holm(comparisons.map { $0.adjustedEquivalenceP ?? 1 })
    for index in comparisons.indices {
      comparisons[index].adjustedP = adjusted[index]
      guard comparisons[index].equivalence != nil else { continue }
      comparisons[index].adjustedEquivalenceP = equivalence[index]
    }
    return comparisons
  }
}
