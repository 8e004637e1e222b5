// Sample moments, and their comparison with those of a distribution.

import Foundation

struct Moments {
  let count: Int
  let mean: Double
  let variance: Double

  init(_ values: [Float]) {
    count = values.count
    let n = Double(count)
    let mean = values.reduce(0.0) { $0 + Double($1) } / n
    self.mean = mean
    variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / (n - 1)
  }

  /// Whether mean and variance lie within 4.5 standard errors of those of a distribution with mean 0 and the given variance
  /// and kurtosis: 3 for a normal distribution, 9/5 for a uniform one. A correct sample fails with probability 1/70,000.
  func agree(variance expected: Double, kurtosis: Double) -> Bool {
    let n = Double(count)
    let meanError = (expected / n).squareRoot()
    let varianceError = expected * ((kurtosis - 1) / n).squareRoot()
    return abs(mean) <= 4.5 * meanError && abs(variance - expected) <= 4.5 * varianceError
  }
}
