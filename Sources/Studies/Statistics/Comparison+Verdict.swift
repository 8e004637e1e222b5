// The verdict of a comparison in words, including that it shows nothing.

/// The verdict of a comparison: what its test shows at the 5 % level, after Holm's correction.
package enum Verdict: String, Sendable, Codable {
  /// A difference by the exact sign-flip test, which assumes nothing about the distribution.
  case better, worse
  /// A difference smaller than the margin, by two one-sided sign-flip tests.
  case equivalent
  /// A difference by the t test, which assumes normal differences: there are too few pairs for the exact test.
  case probablyBetter = "probably better"
  case probablyWorse = "probably worse"
  case probablyEquivalent = "probably equivalent"
  /// A difference for these source networks, although the interval over sources and seeds contains 0.
  case dependsOnSource = "depends on the source"
  /// Neither a difference nor equivalence is shown.
  case undecided
}

/// The level at which a verdict is given.
package let significanceLevel = 0.05

/// The smallest number of pairs with which the t test gives a verdict.
let fewestPairs = 3

extension Comparison {
  /// The verdict for these source networks; `generality` says how far it can be generalised. A higher metric
  /// counts as better. If both a difference and equivalence are shown, the verdict is the difference
  /// (see `isWithinMargin`).
  package var verdict: Verdict {
    let isExact = test == .signFlip
    guard adjustedP <= significanceLevel else {
      guard isWithinMargin else { return .undecided }
      return isExact ? .equivalent : .probablyEquivalent
    }
    if let bootstrap, !bootstrap.excludesZero {
      guard isWithinMargin else { return .dependsOnSource }
      return isExact ? .equivalent : .probablyEquivalent
    }
    if difference > 0 { return isExact ? .better : .probablyBetter }
    return isExact ? .worse : .probablyWorse
  }

  /// Whether the difference is shown to be smaller than the margin. If each pair has its own source, this holds for
  /// sources in general, else for these sources, and then the interval over sources and seeds must agree.
  package var isWithinMargin: Bool {
    guard let equivalence, let p = adjustedEquivalenceP, p <= significanceLevel else {
      return false
    }
    return bootstrap.map { max(-$0.low, $0.high) < equivalence.margin } ?? true
  }

  /// The number of pairs with which a verdict has power 80 % (`statedPower`), if differences vary as
  /// these do and their mean is anywhere in its interval over seeds. Nil if there is a verdict, or if there are
  /// fewer than three pairs to measure how differences vary.
  package var pairsToDecide: Int? {
    guard verdict == .undecided, let margin = equivalence?.margin,
      overSeeds.summary.n >= fewestPairs, let deviation = overSeeds.summary.deviation,
      let interval = overSeeds.summary.interval
    else { return nil }
    let ends = (abs(interval.low), abs(interval.high))
    let least = interval.excludesZero ? min(ends.0, ends.1) : 0
    return Studies.pairsToDecide(
      deviation: deviation, margin: margin, level: significanceLevel / Double(family),
      sizes: least...max(ends.0, ends.1))
  }

  /// The smallest adjusted p that the sign-flip test can give for this number of seeds and methods.
  package var smallestPossibleP: Double {
    min(1, overSeeds.permutation.smallestPossibleP * Double(family))
  }

  /// The reason why the exact test cannot decide, such as "3 pairs cannot give p below 0.250 by the sign-flip test";
  /// nil if it can.
  var reason: String? {
    guard smallestPossibleP > significanceLevel else { return nil }
    let n = overSeeds.summary.n
    guard n > 1 else { return "1 pair is no test" }
    let alone = probability(overSeeds.permutation.smallestPossibleP)
    let together = probability(smallestPossibleP)
    let holm = family > 1 ? ", \(together) after Holm over \(family)" : ""
    let equal =
      n >= fewestPairs && overSeeds.t == nil
      ? "; their differences are equal, which leaves no t test" : ""
    return "\(n) pairs cannot give p below \(alone) by the sign-flip test\(holm)\(equal)"
  }

  /// How far the comparison can be generalised beyond its source networks; nil without sources, and if each run
  /// has its own source.
  package func generality(sources: Int) -> String? {
    guard sources > 0, !hasOwnSources else { return nil }
    guard let overSources, sources > 1 else {
      return "one source network: nothing is known about others"
    }
    let smallest = overSources.permutation.smallestPossibleP
    return smallest > significanceLevel
      ? "\(sources) source networks: a sign-flip test over them cannot give p below "
        + probability(smallest)
      : "\(sources) source networks: \(probabilityStatement(overSources.permutation.p)) over them"
  }
}
