// Draws from the symmetric Beta distribution, by way of two Gamma distributions.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RandomStream {
  /// A draw from Beta(α, α), in [0, 1]: G₁/(G₁ + G₂) of two independent draws from Gamma(α, 1).
  ///
  /// The method is exact, but for the resolution of the uniform and normal numbers that it starts from.
  /// Only logarithms of G are formed: with a small α both draws are below the smallest number.
  /// - Parameter alpha: α, in [1e-6, 1e6].
  package mutating func beta(_ alpha: Double) -> Double {
    precondition((1e-6...1e6).contains(alpha), "α is out of range")
    let (first, second) = (logarithmOfGamma(alpha), logarithmOfGamma(alpha))
    return 1 / (1 + exp(second - first))
  }

  /// ln G of a draw G from Gamma(shape, 1) (Marsaglia & Tsang, *A Simple Method for Generating Gamma
  /// Variables*, ACM TOMS 26, 2000). Below shape 1, G of shape + 1 times U^(1/shape) (their section 6).
  private mutating func logarithmOfGamma(_ shape: Double) -> Double {
    guard shape >= 1 else {
      return logarithmOfGamma(shape + 1) + log(positiveUniform()) / shape
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = Double(normals(1)[0])
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(positiveUniform()) < x * x / 2 + d * (1 - v + log(v)) { return log(d) + log(v) }
    }
  }

  /// Uniform in (0, 1], 53 bits.
  private mutating func positiveUniform() -> Double {
    let high = UInt64(next()) << 32
    return Double(((high | UInt64(next())) >> 11) + 1) * 0x1p-53
  }
}
