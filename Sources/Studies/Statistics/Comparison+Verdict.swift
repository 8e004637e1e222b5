/// What a comparison allows one to say, in words; above all when it allows nothing.

/// The outcome of a comparison: whether its one test, after Holm's correction, reaches the 5 % level.
public enum Verdict: String, Sendable, Codable {
  /// By the exact sign-flip test, which assumes nothing about the distribution.
  case better, worse
  /// By the t test alone: too few pairs for the exact one, so normality is taken on trust.
  case probablyBetter = "probably better"
  case probablyWorse = "probably worse"
  /// Clear for these source networks, but the interval over sources and seeds holds 0.
  case dependsOnSource = "depends on the source"
  /// Enough pairs to have found a difference, and none was found.
  case noDifferenceShown = "no difference shown"
  /// Even a perfect separation could not have reached 5 % by the exact test, and the t test did not, or
  /// there was none: differences that are equal to within rounding have no deviation to judge by.
  case tooFewToTell = "too few to tell"
}

/// The level at which a verdict is given.
public let significanceLevel = 0.05

/// Pairs below which even the t test gives no verdict: two points always lie on a line.
let fewestPairs = 3

extension Comparison {
  /// The verdict for these source networks; `generality` says how far it reaches. A higher metric
  /// counts as better.
  public var verdict: Verdict {
    guard adjustedP <= significanceLevel else {
      return smallestPossibleP <= significanceLevel ? .noDifferenceShown : .tooFewToTell
    }
    if let bootstrap, !bootstrap.excludesZero { return .dependsOnSource }
    if difference > 0 { return test == .signFlip ? .better : .probablyBetter }
    return test == .signFlip ? .worse : .probablyWorse
  }

  /// The smallest adjusted p that the sign-flip test of so many seeds and methods could have given.
  public var smallestPossibleP: Double {
    min(1, overSeeds.permutation.smallestPossibleP * Double(family))
  }

  /// Why the exact test cannot tell, as "3 pairs cannot give p below 0.250 by the sign-flip test".
  var reason: String {
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

  /// How far the comparison reaches beyond its own source networks; nil without any source.
  public func generality(sources: Int) -> String? {
    guard sources > 0 else { return nil }
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
