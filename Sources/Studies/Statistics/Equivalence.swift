/// Equivalence within a margin by two one-sided tests (Schuirmann 1987): differences shifted by the
/// margin, once up and once down, must both lie clearly on the other side of 0.

/// The margin within which accuracies count as equivalent where nothing else is asked: one point.
package let defaultMargin = 0.01

/// How certain it is that a mean difference lies within ±`margin`. Each p is the larger of the p-values
/// of the two one-sided tests, which needs no correction: both must hold.
package struct EquivalenceTest: Sendable, Codable, Equatable {
  /// In the differences' own unit, above 0.
  package let margin: Double
  /// By the exact sign-flip test: exact at the margin wherever differences are symmetric about their
  /// mean, heavy tails included, and conservative beyond it.
  package let p: Double
  /// By the paired t test; nil where differences are equal to within rounding.
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
    // The mean's distance from the nearer end of the margin decides.
    tTestP = distribution.upperTail((margin - abs(summary.mean)) / error)
  }
}

extension StudentT {
  /// P(T ≥ t).
  func upperTail(_ t: Double) -> Double {
    let half = twoSidedP(t) / 2
    return t < 0 ? 1 - half : half
  }
}
