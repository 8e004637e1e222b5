// Student's t distribution through the regularised incomplete beta function, by Lentz's continued
// fraction (DLMF 8.17.22). Its error is about 1e-13 for the degrees of freedom that studies have.

import Foundation

/// The regularised incomplete beta function I_x(a, b), with a and b > 0 and x in [0, 1]. `complement` is
/// 1 − x, a separate argument because the subtraction would lose digits near x = 1.
func incompleteBeta(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
  guard x > 0 else { return 0 }
  guard complement > 0 else { return 1 }
  // The fraction converges quickly only below the mean; above it, symmetry is used.
  return x < (a + 1) / (a + b + 2)
    ? fraction(x, complement, a, b) : 1 - fraction(complement, x, b, a)
}

private func fraction(_ x: Double, _ complement: Double, _ a: Double, _ b: Double) -> Double {
  let logarithm = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(complement)
  let tiny = 1e-300
  func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var c = 1.0
  var d = 1 / guarded(1 - (a + b) * x / (a + 1))
  var fraction = d
  for step in 1...10_000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    for term in [even, odd] {
      d = 1 / guarded(1 + term * d)
      c = guarded(1 + term / c)
      fraction *= d * c
    }
    if abs(d * c - 1) < 1e-16 { break }
  }
  return exp(logarithm) * fraction / a
}

/// Student's t distribution.
package struct StudentT: Sendable {
  /// The degrees of freedom, > 0, not necessarily whole.
  package let degreesOfFreedom: Double

  /// Makes a distribution; degrees of freedom of 0 or less give NaN everywhere.
  package init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

  /// The probability P(|T| ≥ |t|).
  package func twoSidedP(_ t: Double) -> Double {
    guard degreesOfFreedom > 0, !t.isNaN else { return .nan }
    guard t.isFinite else { return 0 }
    let sum = degreesOfFreedom + t * t
    return incompleteBeta(
      degreesOfFreedom / sum, complement: t * t / sum, degreesOfFreedom / 2, 0.5)
  }

  /// The t with P(|T| ≤ t) = `confidence`, in (0, 1), which is half the width of an interval in standard
  /// errors. It is found by bisection down to neighbouring numbers, which is safe for all degrees of freedom.
  package func criticalValue(confidence: Double) -> Double {
    guard degreesOfFreedom > 0, confidence > 0, confidence < 1 else { return .nan }
    let tail = 1 - confidence
    var low = 0.0
    var high = 1.0
    while twoSidedP(high) > tail, high < 1e300 { (low, high) = (high, high * 2) }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if twoSidedP(middle) > tail { low = middle } else { high = middle }
    }
  }
}
