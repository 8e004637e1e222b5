/// What a comparison allows one to say, in words; above all when it allows nothing.

/// The outcome of a comparison: what its one test shows at the 5 % level, after Holm's correction.
package enum Verdict: String, Sendable, Codable {
  /// A difference by the exact sign-flip test, which assumes nothing about the distribution.
  case better, worse
  /// No more than the margin apart, by two one-sided sign-flip tests.
  case equivalent
  /// By the t test alone: too few pairs for the exact one, so normal differences are assumed.
  case probablyBetter = "probably better"
  case probablyWorse = "probably worse"
  case probablyEquivalent = "probably equivalent"
  /// Clear for these source networks, but the interval over sources and seeds holds 0.
  case dependsOnSource = "depends on the source"
  /// Neither a difference nor equivalence is shown.
  case undecided
}

/// The level at which a verdict is given.
package let significanceLevel = 0.05

/// Pairs below which even the t test gives no verdict: two points always lie on a line.
let fewestPairs = 3

extension Comparison {
  /// The verdict for these source networks; `generality` says how far it reaches. A higher metric
  /// counts as better. A difference that is shown comes before equivalence, which may be shown too
  /// (`isWithinMargin`).
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

  /// Whether the difference is shown to be smaller than the margin: for sources in general by pairs that
  /// have their own, else for these sources, and then the interval over sources and seeds must agree.
  package var isWithinMargin: Bool {
    guard let equivalence, let p = adjustedEquivalenceP, p <= significanceLevel else {
      return false
    }
    return bootstrap.map { max(-$0.low, $0.high) < equivalence.margin } ?? true
  }

  /// The number of pairs with which a verdict has power 80 % (`statedPower`), if differences vary as
  /// these and their mean is anywhere in its interval over seeds; nil where there is a verdict, and where
  /// fewer than three pairs tell how differences vary.
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

  /// The smallest adjusted p that the sign-flip test of this number of seeds and methods could have
  /// given.
  package var smallestPossibleP: Double {
    min(1, overSeeds.permutation.smallestPossibleP * Double(family))
  }

  /// Why the exact test cannot tell, as "3 pairs cannot give p below 0.250 by the sign-flip test"; nil
  /// where it can.
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

  /// How far the comparison reaches beyond its own source networks; nil without any, and where each run
  /// has its own.
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
