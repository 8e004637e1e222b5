/// A method against a baseline by paired differences: same data set, same seed (hence the same
/// split, shuffles and dropout masks), and the same source where the baseline has one too.

/// Differences of matched values, tested against 0.
public struct PairedDifference: Sendable, Codable, Equatable {
  /// Mean difference, its deviation and its t interval, for accuracies cut at ±1.
  public let summary: Summary
  /// Exact sign-flip test.
  public let permutation: PermutationTest
  /// t statistic and two-sided p of the paired t test; nil for one pair, and for differences that are
  /// equal to within rounding: without a deviation there is no t, and the sign-flip test decides.
  public let t: Double?
  public let tTestP: Double?

  /// Tests differences; nil when there is none or one is not finite. `support` decides the interval,
  /// not the tests.
  public init?(_ differences: [Double], of support: Support = .real) {
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
public enum PairedTest: String, Sendable, Codable {
  /// The exact sign-flip test, which assumes nothing about the distribution.
  case signFlip = "sign-flip"
  /// The paired t test, which takes it on trust that differences are normal.
  case t
}

/// How a method compares with the baseline on one data set, and how far that may be generalised.
public struct Comparison: Sendable, Codable {
  public let dataset: String
  public let method: String
  public let baseline: String
  /// Number of matched runs.
  public let pairs: Int
  /// Runs of the method that found no partner and are not in the comparison.
  public let unmatched: Int
  /// Units are seeds, sources averaged out: an answer for these very source networks.
  public let overSeeds: PairedDifference
  /// Units are sources, seeds averaged out: an answer for sources in general. Nil below two.
  public let overSources: PairedDifference?
  /// Both at once, by the hierarchical bootstrap; nil below two sources.
  public let bootstrap: Interval?
  /// The test that `p` and `verdict` go by: the sign-flip test wherever so many pairs and methods
  /// let it reach the 5 % level, else the t test. The choice does not look at the differences.
  public fileprivate(set) var test: PairedTest
  /// The test's p after Holm's correction over the methods of the data set.
  public fileprivate(set) var adjustedP: Double
  /// Number of methods in that family.
  public fileprivate(set) var family: Int

  /// Matches runs by (source seed, seed), a baseline without sources by seed; nil when nothing
  /// matches or `metric` is undefined throughout.
  init?(_ runs: [RunRecord], against baseline: [RunRecord], metric: Metric) {
    guard let first = runs.first, let reference = baseline.first else { return nil }
    let cells = runs.compactMap { run -> Cell? in
      let partner =
        baseline.first { $0.seed == run.seed && $0.sourceSeed == run.sourceSeed }
        ?? baseline.first { $0.seed == run.seed && $0.sourceSeed == nil }
      guard let value = finite(metric.value(run)),
        let other = partner.flatMap({ finite(metric.value($0)) })
      else { return nil }
      return Cell(source: run.sourceSeed, seed: run.seed, value: value - other)
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
    test = .signFlip
    adjustedP = overSeeds.permutation.p
    family = 1
  }

  /// Makes the comparison one of `family`, and chooses its test; `adjustedP` is then the test's own.
  fileprivate mutating func join(family: Int) {
    self.family = family
    guard smallestPossibleP > significanceLevel, overSeeds.summary.n >= fewestPairs,
      let p = overSeeds.tTestP
    else { return }
    (test, adjustedP) = (.t, p)
  }

  /// Mean difference of the metric over all pairs' seeds.
  public var difference: Double { overSeeds.summary.mean }

  /// The interval to show: bootstrap when sources are replicated, t over seeds otherwise.
  public var interval: Interval? { bootstrap ?? overSeeds.summary.interval }
}

private func mean(_ cells: [Cell]) -> Double {
  cells.reduce(0) { $0 + $1.value } / Double(max(cells.count, 1))
}

extension Study {
  /// Every other method of `dataset` against `baseline`, and variants against the plain runs of their
  /// method if there are any, in table order, with Holm's correction over all of them; rows that have
  /// no partner of the same options are left out (`Partners.incomparable`). Empty when the baseline
  /// was not run there.
  public func comparisons(
    to baseline: String, on dataset: String, metric: Metric = .testAccuracyAtBest
  ) -> [Comparison] {
    let partners = Partners(self, baseline: baseline, on: dataset)
    var comparisons = partners.challengers.compactMap { method -> Comparison? in
      guard case .success(let partner) = partners.partner(of: method) else { return nil }
      return Comparison(
        runs(of: method, on: dataset), against: runs(of: partner.method, on: dataset),
        metric: metric)
    }
    for index in comparisons.indices { comparisons[index].join(family: comparisons.count) }
    let adjusted = holm(comparisons.map(\.adjustedP))
    for index in comparisons.indices { comparisons[index].adjustedP = adjusted[index] }
    return comparisons
  }
}
