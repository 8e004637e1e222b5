// Summaries of samples: n, means, median, deviation, and an interval with its method.

import Foundation

/// An interval for a mean.
package struct Interval: Sendable, Codable, Equatable {
  /// The method of an interval.
  package enum Kind: String, Sendable, Codable {
    /// Student's t on independent values.
    case t
    /// Student's t on the logit scale, for shares.
    case logit = "logit-t"
    /// Percentiles of a bootstrap over sources and seeds.
    case bootstrap
    /// Clopper and Pearson's exact interval of a probability.
    case clopperPearson = "clopper-pearson"
  }

  package var low: Double
  package var high: Double
  package var kind: Kind

  package init(low: Double, high: Double, kind: Kind) {
    self.low = low
    self.high = high
    self.kind = kind
  }

  /// Whether 0 is strictly outside the interval.
  var excludesZero: Bool { low > Summary.rounding || high < -Summary.rounding }
}

/// The range of a sample's values, which decides the interval of their mean.
package enum Support: Sendable {
  /// Any numbers, with the interval of Student's t.
  case real
  /// Shares in [0, 1], with the interval of Student's t on the logit scale.
  case share
  /// Differences of two shares, with the interval of Student's t, cut at ±1. It excludes 0 exactly if the t test does.
  case difference
}

/// The summary of a sample, without values that are not finite.
package struct Summary: Sendable, Codable, Equatable {
  package let n: Int
  package let mean: Double
  package let median: Double
  /// The mean without the lowest and the highest quarter of the values, rounded down to whole values, as
  /// SciPy's `trim_mean` with 0.25; a run that diverged does not change it. Below four values it is the mean.
  package let interquartileMean: Double
  package let minimum: Double
  package let maximum: Double
  /// The sample standard deviation (n − 1), 0 if the values differ only by rounding; nil for one value.
  package let deviation: Double?
  /// The interval of the mean; nil for one value, and for shares that are all equal, which does
  /// not show that they have no spread.
  package let interval: Interval?

  /// The largest difference of values that count as equal. Sums of accuracies round at 1e-16 a term, and different
  /// accuracies of fewer than 10⁹ images differ by more. For larger values it is relative.
  static let rounding = 1e-12

  /// Summarises the finite values; nil when there is none. `confidence` is in (0, 1).
  package init?(_ values: [Double], confidence: Double = 0.95, of support: Support = .real) {
    let sorted = values.filter(\.isFinite).sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    n = sorted.count
    minimum = first
    maximum = last
    let mean = sorted.reduce(0, +) / Double(n)
    self.mean = mean
    median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2
    let middle = sorted[(n / 4)..<(n - n / 4)]
    interquartileMean = middle.reduce(0, +) / Double(middle.count)
    guard n > 1 else {
      deviation = nil
      interval = nil
      return
    }
    let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let isConstant = last - first <= Self.rounding * max(1, abs(first), abs(last))
    let deviation = isConstant ? 0 : (squares / Double(n - 1)).squareRoot()
    self.deviation = deviation
    let half =
      StudentT(degreesOfFreedom: Double(n - 1)).criticalValue(confidence: confidence)
      * deviation / Double(n).squareRoot()
    switch support {
    case .real: interval = Interval(low: mean - half, high: mean + half, kind: .t)
    case .difference:
      interval = Interval(low: max(-1, mean - half), high: min(1, mean + half), kind: .t)
    case .share: interval = isConstant ? nil : logitInterval(mean, half: half)
    }
  }
}

/// The interval in [0, 1] around a mean of shares. Half the width of its t interval is carried to the
/// logit scale by the delta method, and the ends are carried back (as R's `svyciprop` does by "logit").
/// It is equal to the t interval if that is narrow. Nil for a mean outside (0, 1).
private func logitInterval(_ mean: Double, half: Double) -> Interval? {
  guard mean > 0, mean < 1 else { return nil }
  let centre = log(mean / (1 - mean))
  let reach = half / (mean * (1 - mean))
  return Interval(
    low: 1 / (1 + exp(reach - centre)), high: 1 / (1 + exp(-reach - centre)), kind: .logit)
}
