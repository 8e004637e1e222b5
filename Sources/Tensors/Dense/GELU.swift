/// The exact Gaussian error linear unit (Hendrycks & Gimpel 2016), u·Φ(u) with Φ the standard normal
/// distribution: PyTorch's default, not its approximation by a hyperbolic tangent. −∞ gives NaN.
package enum GELU {
  /// u → y = u·Φ(u); y may be u.
  package static func forward(_ u: Rows, into y: Rows) {
    precondition(u.isLike(y), "the rows have different shapes")
    for r in 0..<u.count {
      let (source, target) = (u.row(r), y.row(r))
      walkLanes(u.width) { part in
        let u = part.load(source)
        part.store(u * u.normalDistribution.probability, to: target)
      }
    }
  }

  /// du = dy·(Φ(u) + u·φ(u)), φ = Φ'; du may be dy.
  package static func backward(_ dy: Rows, _ u: Rows, into du: Rows) {
    precondition(u.isLike(dy) && u.isLike(du), "the rows have different shapes")
    for r in 0..<u.count {
      let (source, slope, target) = (u.row(r), dy.row(r), du.row(r))
      walkLanes(u.width) { part in
        part.store(part.load(slope) * derivative(part.load(source)).slope, to: target)
      }
    }
  }

  /// u → y = u·Φ(u) and its derivative; either may be u.
  package static func forward(_ u: Rows, into y: Rows, derivative slope: Rows) {
    precondition(u.isLike(y) && u.isLike(slope), "the rows have different shapes")
    for r in 0..<u.count {
      let (source, target, slope) = (u.row(r), y.row(r), slope.row(r))
      walkLanes(u.width) { part in
        let (value, gradient) = derivative(part.load(source))
        part.store(value, to: target)
        part.store(gradient, to: slope)
      }
    }
  }

  /// du = dy·slope with the derivative that the forward pass kept; du may be dy.
  package static func backward(_ dy: Rows, derivative slope: Rows, into du: Rows) {
    precondition(slope.isLike(dy) && slope.isLike(du), "the rows have different shapes")
    for r in 0..<dy.count {
      let (source, slope, target) = (dy.row(r), slope.row(r), du.row(r))
      walkLanes(dy.width) { part in part.store(part.load(source) * part.load(slope), to: target) }
    }
  }

  @inline(__always)
  private static func derivative(_ u: Lanes) -> (value: Lanes, slope: Lanes) {
    let (gaussian, probability) = u.normalDistribution
    let density = gaussian * 0.398_942_280_4  // 1/√(2π)
    return (u * probability, probability.plus(u, times: density))
  }
}
