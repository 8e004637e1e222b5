// The sign-flip permutation test for paired differences: under the hypothesis that a difference is
// as likely as its opposite, every choice of signs is as likely as the one observed.

/// The result of a permutation test: a p-value, and how it was found.
package struct PermutationTest: Sendable, Codable, Equatable {
  /// The two-sided probability P(|mean| ≥ |observed mean|).
  package let p: Double
  /// The number of differences.
  package let n: Int
  /// Whether all 2ⁿ sign patterns were counted, rather than a seeded sample of them.
  package let isExact: Bool
  /// The smallest p that n differences can give, 2 / 2ⁿ. If it is above 0.05, no result can be significant.
  package var smallestPossibleP: Double { smallestSignFlipP(n) }
}

/// The largest number of differences for which all patterns are counted.
private let exactLimit = 20
/// The number of patterns drawn when there are more differences.
private let draws = 99_999

/// The smallest two-sided p of n differences: 2 / 2ⁿ, and 1 for n below 1.
func smallestSignFlipP(_ n: Int) -> Double {
  n < 1 ? 1 : Double(sign: .plus, exponent: 1 - min(n, 1000), significand: 1)
}

/// Tests whether the mean of `differences` is 0. The test is exact up to 20 differences (2²⁰ patterns, visited in
/// Gray-code order); above that, p is (count + 1) / (99,999 + 1) over patterns drawn from `seed`.
/// Nil when there is no difference or one is not finite.
package func signFlipTest(_ differences: [Double], seed: UInt64 = 0) -> PermutationTest? {
  guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return nil }
  let threshold = abs(differences.reduce(0, +)) - rounding(differences)
  let (share, isExact) = shareOfPatterns(differences, seed: seed) { abs($0) >= threshold }
  return PermutationTest(p: share, n: differences.count, isExact: isExact)
}

/// The one-sided P(mean ≥ observed mean) of the same test, which is the p-value against a mean that is 0 or less;
/// it is at least 2⁻ⁿ. Nil when there is no difference or one is not finite.
package func oneSidedSignFlipP(_ differences: [Double], seed: UInt64 = 0) -> Double? {
  guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return nil }
  let threshold = differences.reduce(0, +) - rounding(differences)
  return shareOfPatterns(differences, seed: seed) { $0 >= threshold }.share
}

/// The tolerance for sums. Sums in another order differ by rounding, but equal patterns must count as equal, and
/// differences that are 0 except for rounding as 0.
private func rounding(_ differences: [Double]) -> Double {
  Summary.rounding * max(1, differences.reduce(0) { $0 + abs($1) })
}

/// The share of sign patterns, including the observed one, under which the sum is extreme.
private func shareOfPatterns(
  _ differences: [Double], seed: UInt64, _ isExtreme: (Double) -> Bool
) -> (share: Double, isExact: Bool) {
  let n = differences.count
  guard n > exactLimit else {
    let patterns = 1 << n
    var signs = [Double](repeating: 1, count: n)
    var count = isExtreme(differences.reduce(0, +)) ? 1 : 0
    for pattern in 1..<patterns {
      let flipped = pattern.trailingZeroBitCount
      signs[flipped] = -signs[flipped]
      // The sum is recomputed, since the rounding errors of a million updates would exceed the threshold.
      var sum = 0.0
      for index in 0..<n { sum += signs[index] * differences[index] }
      if isExtreme(sum) { count += 1 }
    }
    return (Double(count) / Double(patterns), true)
  }
  let random = CounterRandom(seed: seed)
  var count = 1
  for draw in 0..<draws {
    var sum = 0.0
    for (index, difference) in differences.enumerated() {
      let word = random.bits(UInt64(draw), UInt64(index / 64))
      sum += word >> UInt64(index % 64) & 1 == 1 ? -difference : difference
    }
    if isExtreme(sum) { count += 1 }
  }
  return (Double(count) / Double(draws + 1), false)
}

/// The p-values of a family adjusted by Holm's step-down correction (1979), in the given order.
/// The correction controls the probability of any false finding in the family, under every dependence.
package func holm(_ p: [Double]) -> [Double] {
  let order = p.indices.sorted { (p[$0], $0) < (p[$1], $1) }
  var adjusted = p
  var running = 0.0
  for (rank, index) in order.enumerated() {
    running = max(running, min(1, p[index] * Double(p.count - rank)))
    adjusted[index] = running
  }
  return adjusted
}
