// The number of pairs with which a study would decide, by showing a difference or equivalence.

import Foundation

/// The largest number of pairs in the search.
package let mostPairs = 100_000

/// The power for which the number of pairs is computed.
package let statedPower = 0.8

/// The smallest number of pairs with which a study shows a difference, or equivalence within ±`margin`, with
/// probability at least `power`, for every true mean difference whose size is in `sizes`. It depends on the measured
/// spread, and on the interval of the measured difference, but not on the difference itself, which small studies
/// exaggerate. The tests, one of a difference and two one-sided ones, are t tests at `level` of normal differences
/// with standard deviation `deviation`; and the exact sign-flip test must be able to reach `level`.
/// - Returns: 100,000 if that is not enough; nil for arguments out of range.
package func pairsToDecide(
  deviation: Double, margin: Double, level: Double, power: Double = statedPower,
  sizes: ClosedRange<Double> = 0...1
) -> Int? {
  guard deviation >= 0, deviation.isFinite, margin > 0, level > 0, level < 0.5, power > 0, power < 1
  else { return nil }
  let fewest = (1...64).first { smallestSignFlipP($0) <= level } ?? 64
  func isEnough(_ n: Int) -> Bool {
    decisionPower(n, deviation: deviation, margin: margin, level: level, sizes: sizes) >= power
  }
  var (low, high) = (fewest, fewest)
  while !isEnough(high) {
    guard high < mostPairs else { return mostPairs }
    (low, high) = (high + 1, min(mostPairs, 2 * high))
  }
  while low < high {
    let middle = (low + high) / 2
    if isEnough(middle) { high = middle } else { low = middle + 1 }
  }
  return high
}

/// The probability that t tests of `n` pairs show a difference, or equivalence, at the true difference
/// that is hardest to decide: among those with a size in `sizes`, the nearest to the middle of the means
/// that decide nothing.
package func decisionPower(
  _ n: Int, deviation: Double, margin: Double, level: Double, sizes: ClosedRange<Double> = 0...1
) -> Double {
  guard n > 1 else { return 0 }
  guard deviation > 0 else { return 1 }
  let freedom = Double(n - 1)
  let distribution = StudentT(degreesOfFreedom: freedom)
  let error = deviation / Double(n).squareRoot()
  // A mean within ±`far` shows no difference. A mean that is not nearer to 0 than `margin - reach` shows no
  // equivalence.
  let far = distribution.criticalValue(confidence: 1 - level) * error
  let reach = distribution.criticalValue(confidence: 1 - 2 * level) * error
  let middle = min(max((margin + far - reach) / 2, 0), margin)
  let truth = min(max(middle, sizes.lowerBound), sizes.upperBound)
  // Integration over the measured deviation, a chi variable of mean about 1, by the midpoint rule.
  let width = 6 / (2 * freedom).squareRoot()
  let (start, end) = (max(0, 1 - width), 1 + width)
  let steps = 64
  var (undecided, total) = (0.0, 0.0)
  for step in 0..<steps {
    let ratio = start + (end - start) * (Double(step) + 0.5) / Double(steps)
    let weight = exp((freedom - 1) * log(ratio) - freedom * (ratio * ratio - 1) / 2)
    total += weight
    let (near, far) = (max(0, margin - reach * ratio), far * ratio)
    guard far > near else { continue }
    func within(_ low: Double, _ high: Double) -> Double {
      normalShare((high - truth) / error) - normalShare((low - truth) / error)
    }
    undecided += weight * (within(near, far) + within(-far, -near))
  }
  return 1 - undecided / total
}

/// The standard normal distribution function.
private func normalShare(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
