/// A method against a baseline by paired differences: same data set, same seed (hence the same
/// split, shuffles and dropout masks), and the same source where the baseline has one too.

/// Differences of matched values, tested against 0.
package struct PairedDifference: Sendable, Codable, Equatable {
  /// Mean difference, its deviation and its t interval, for accuracies cut at ±1.
  package let summary: Summary
  /// Exact sign-flip test.
  package let permutation: PermutationTest
  /// t statistic and two-sided p of the paired t test; nil for one pair, and for differences that are
  /// equal to within rounding: without a deviation there is no t, and the sign-flip test decides.
  package let t: Double?
  package let tTestP: Double?

  /// Tests differences; nil when there is none or one is not finite. `support` decides the interval,
  /// not the tests.
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

/// Where a p-value comes from.
package enum PairedTest: String, Sendable, Codable {
  /// The exact sign-flip test, which assumes nothing about the distribution.
  case signFlip = "sign-flip"
  /// The paired t test, which assumes normally distributed differences.
  case t
}

/// How a method compares with the baseline on one data set, and how far that may be generalised.
package struct Comparison: Sendable, Codable {
  package let dataset: String
  package let method: String
  package let baseline: String
  /// Number of matched runs.
  package let pairs: Int
  /// Runs of the method that found no partner and are not in the comparison.
  package let unmatched: Int
  /// Units are seeds, sources averaged out: an answer for these very source networks.
  package let overSeeds: PairedDifference
  /// Units are sources, seeds averaged out: an answer for sources in general. Nil below two.
  package let overSources: PairedDifference?
  /// Both at once, by the hierarchical bootstrap; nil below two sources.
  package let bootstrap: Interval?
  /// Whether each run has a source network of its own: pairs then differ in source and seed at once.
  package let hasOwnSources: Bool
  /// How often the method is better under the same seed.
  package let improvement: Improvement?
  /// Units are seeds, as of `overSeeds`; nil for metrics without a margin.
  package let equivalence: EquivalenceTest?
  /// The test that all p and the verdict are from: the sign-flip test wherever this number of pairs and
  /// methods lets it reach the 5 % level, else the t test. The choice does not look at the differences.
  package fileprivate(set) var test: PairedTest
  /// The test's p after Holm's correction over the methods of the data set.
  package fileprivate(set) var adjustedP: Double
  /// The equivalence test's p after Holm's correction over the same methods; nil without that test.
  package fileprivate(set) var adjustedEquivalenceP: Double?
  /// Number of methods in that family.
  package fileprivate(set) var family: Int

  /// Matches runs by (source seed, seed), by seed alone where the baseline has no source or each run of
  /// both has its own; nil when nothing matches or `metric` is undefined throughout. `margin` is that of
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

  /// Makes the comparison one of `family`, and chooses its test; both p are then the test's own.
  fileprivate mutating func join(family: Int) {
    self.family = family
    guard smallestPossibleP > significanceLevel, overSeeds.summary.n >= fewestPairs,
      let p = overSeeds.tTestP
    else { return }
    (test, adjustedP, adjustedEquivalenceP) = (.t, p, equivalence?.tTestP)
  }

  /// Mean difference of the metric over all pairs' seeds.
  package var difference: Double { overSeeds.summary.mean }

  /// The interval to show: bootstrap when sources are replicated, t over seeds otherwise.
  package var interval: Interval? { bootstrap ?? overSeeds.summary.interval }
}

private func mean(_ cells: [Cell]) -> Double {
  cells.reduce(0) { $0 + $1.value } / Double(max(cells.count, 1))
}

extension Study {
  /// Every other method of `dataset` against `baseline`, and variants against the plain runs of their
  /// method if there are any, in table order, with Holm's correction over all of them; rows that have
  /// no partner of the same options are left out (`Partners.incomparable`). Empty when the baseline
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
