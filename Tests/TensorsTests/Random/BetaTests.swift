// Draws from Beta(α, α), compared with its moments and its distribution function.

import Foundation
import Tensors
import Testing

struct BetaTests {
  static let count = 100_000

  func draws(_ alpha: Double) -> [Double] {
    var stream = RandomStream(seed: 11, .mixing)
    return (0..<Self.count).map { _ in stream.beta(alpha) }
  }

  /// The distribution has mean ½, variance 1/(4(2α + 1)) and kurtosis 3 − 6/(2α + 3). Mean and variance of the draws lie
  /// within five standard errors. α lies below 1, where the draws are boosted, and far above 1.
  @Test(arguments: [0.01, 0.2, 0.8, 1, 4, 1000])
  func meanAndVariance(alpha: Double) {
    let (draws, n) = (draws(alpha), Double(Self.count))
    #expect(draws.allSatisfy { (0...1).contains($0) })
    let variance = 1 / (4 * (2 * alpha + 1))
    let kurtosis = 3 - 6 / (2 * alpha + 3)
    let mean = draws.reduce(0, +) / n
    let square = draws.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / n
    #expect(abs(mean - 0.5) < 5 * (variance / n).squareRoot())
    #expect(abs(square - variance) < 5 * variance * ((kurtosis - 1) / n).squareRoot())
  }

  /// The Kolmogorov–Smirnov statistic: √n times the largest distance between the two distribution functions.
  func distance(_ draws: [Double], _ distribution: (Double) -> Double) -> Double {
    let n = Double(draws.count)
    return draws.sorted().enumerated().map { i, x in
      max(abs(distribution(x) - Double(i) / n), abs(distribution(x) - Double(i + 1) / n))
    }.max().map { $0 * n.squareRoot() } ?? .infinity
  }

  /// Three distribution functions have a simple formula: arcsine, uniform, and 3x² − 2x³. A correct sample exceeds 2.2 with
  /// probability 1/8,000.
  @Test func distributions() {
    let known: [(Double, (Double) -> Double)] = [
      (0.5, { 2 / .pi * asin($0.squareRoot()) }), (1, { $0 }), (2, { $0 * $0 * (3 - 2 * $0) }),
    ]
    for (alpha, _) in known {
      let draws = draws(alpha)
      for (other, distribution) in known {
        // Each distribution is distinguished from the others.
        let distance = distance(draws, distribution)
        #expect(other == alpha ? distance < 2.2 : distance > 10, "\(alpha), \(other): \(distance)")
      }
    }
  }

  /// With a very small α both Gamma draws are zero in floating point. λ is then 0 or 1.
  @Test func tinyShapesGiveFiniteNumbers() {
    let draws = draws(1e-6).prefix(10_000)
    let ends = draws.filter { $0 < 1e-9 || $0 > 1 - 1e-9 }
    #expect(ends.count > 9_990 && draws.allSatisfy { (0...1).contains($0) })
    // The expected count is 5,000, with a standard deviation of 50.
    #expect(abs(ends.count { $0 > 0.5 } - 5_000) < 250)
  }
}
