// Equivalence within a margin by two one-sided tests (Schuirmann 1987): the differences are shifted by the
// margin, once up and once down, and both must then be clearly on the other side of 0.

/// The default margin within which accuracies count as equivalent: one point.
package let defaultMargin = 0.01

/// The test that a mean difference lies within ±`margin`. Each p is the larger of the p-values
/// of the two one-sided tests. It needs no correction, because both must hold.
package struct EquivalenceTest: Sendable, Codable, Equatable {
  /// The margin in the unit of the differences, above 0.
  package let margin: Double
  /// The p-value by the exact sign-flip test. It is exact at the margin if differences are symmetric about their
  /// mean, even with heavy tails, and conservative beyond it.
  package let p: Double
  /// The p-value by the paired t test; nil if the differences are equal to within rounding.
  package let tTestP: Double?

  /// Tests differences; nil when there is none, one is not finite, or the margin is not above 0.
  package init?(_ differences: [Double], within margin: Double) {
    guard margin > 0, let summary = Summary(differences),
      let above = oneSidedSignFlipP(differences.map { $0 + margin }),
      let below = oneSidedSignFlipP(differences.map { margin - $0 })
    else { return nil }
    self.margin = margin
    p = max(above, below)
    guard let deviation = summary.deviation, deviation > 0 else {
      tTestP = nil
      return
    }
    let error = deviation / Double(summary.n).squareRoot()
    let distribution = StudentT(degreesOfFreedom: Double(summary.n - 1))
    // The distance of the mean from the nearer end of the margin decides.
    tTestP = distribution.upperTail((margin - abs(summary.mean)) / error)
  }
}

extension StudentT {
  /// The probability P(T ≥ t).
  func upperTail(_ t: Double) -> Double {
    let half = twoSidedP(t) / 2
    return t < 0 ? 1 - half : half
  }
}
