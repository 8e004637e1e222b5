/// Layer normalisation (Ba, Kiros & Hinton 2016) of rows as PyTorch computes it: x̂ = (x − mean)/σ with
/// σ² = biased variance + ε, y = γ·x̂ + β.
package enum LayerNorm {
  /// Kept of each row: its mean and 1/σ.
  package static let statistics = 2

  /// x [rows, d] → y [rows, d]; y may be x.
  ///
  /// - Parameters:
  ///   - gain: γ [1, d]
  ///   - shift: β [1, d]
  ///   - statistics: [rows, 2], mean and 1/σ, for the backward pass
  package static func forward(
    _ x: Rows, gain: Rows, shift: Rows, epsilon: Float, into y: Rows, statistics: Rows
  ) {
    check(x, y, statistics: statistics, vectors: [gain, shift])
    for r in 0..<x.count {
      let kept = statistics.row(r)
      let moments = moments(x.row(r), x.width, epsilon: epsilon)
      kept[0] = moments.mean
      kept[1] = moments.inverse
      normalise(
        x.row(r), x.width, moments.mean, moments.inverse, gain: gain.start, shift: shift.start,
        into: y.row(r))
    }
  }

  /// x and its kept statistics → the same y.
  package static func normalise(
    _ x: Rows, gain: Rows, shift: Rows, statistics: Rows, into y: Rows
  ) {
    check(x, y, statistics: statistics, vectors: [gain, shift])
    for r in 0..<x.count {
      let kept = statistics.row(r)
      normalise(
        x.row(r), x.width, kept[0], kept[1], gain: gain.start, shift: shift.start, into: y.row(r))
    }
  }

  @inline(__always)
  private static func normalise(
    _ x: UnsafePointer<Float>, _ width: Int, _ mean: Float, _ inverse: Float,
    gain: UnsafePointer<Float>, shift: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    walk(
      width,
      vector: { i in
        let normal = (x.lanes(at: i) - mean) * inverse
        y.store(shift.lanes(at: i).plus(normal, times: gain.lanes(at: i)), at: i)
      },
      scalar: { i in y[i] = (x[i] - mean) * inverse * gain[i] + shift[i] })
  }

  /// Mean and 1/σ of a row: the sum of squares is that of deviations from the mean, corrected for the
  /// mean's own rounding.
  @inline(__always)
  private static func moments(
    _ x: UnsafePointer<Float>, _ width: Int, epsilon: Float
  ) -> (mean: Float, inverse: Float) {
    let share = 1 / Float(width)
    var (sum, rest) = (Lanes.zero, Float.zero)
    walk(width, vector: { i in sum += x.lanes(at: i) }, scalar: { i in rest += x[i] })
    let mean = (sum.total[0] + rest) * share
    var (first, second, firstRest, secondRest) = (Lanes.zero, Lanes.zero, Float.zero, Float.zero)
    walk(
      width,
      vector: { i in
        let deviation = x.lanes(at: i) - mean
        first += deviation
        second = second.plus(deviation, times: deviation)
      },
      scalar: { i in
        let deviation = x[i] - mean
        firstRest += deviation
        secondRest += deviation * deviation
      })
    let correction = (first.total[0] + firstRest) * share
    let variance = (second.total[0] + secondRest) * share - correction * correction
    return (mean + correction, 1 / (variance + epsilon).squareRoot())
  }

  /// Gradients: dx = (g − mean(g) − x̂·mean(g·x̂))/σ with g = γ·dy, dγ += Σ dy·x̂, dβ += Σ dy.
  ///
  /// - Parameters:
  ///   - dx: [rows, d]; may be dy
  ///   - adds: whether dx is added to what is there (the residual's gradient)
  ///   - gainGradient: [1, d], added to
  ///   - shiftGradient: [1, d], added to
  package static func backward(
    _ dy: Rows, _ x: Rows, statistics: Rows, gain: Rows, into dx: Rows, adds: Bool = false,
    gainGradient: Rows, shiftGradient: Rows
  ) {
    check(x, dx, statistics: statistics, vectors: [gain, gainGradient, shiftGradient])
    precondition(dy.isLike(x), "the gradient has another shape")
    let share = 1 / Float(x.width)
    let (gain, dGain, dShift) = (gain.start, gainGradient.start, shiftGradient.start)
    for r in 0..<x.count {
      let (source, slope, target) = (x.row(r), dy.row(r), dx.row(r))
      let (mean, inverse) = (statistics.row(r)[0], statistics.row(r)[1])
      var (sum, product, sumRest, productRest) = (Lanes.zero, Lanes.zero, Float.zero, Float.zero)
      walk(
        x.width,
        vector: { i in
          let (d, normal) = (slope.lanes(at: i), (source.lanes(at: i) - mean) * inverse)
          let g = d * gain.lanes(at: i)
          sum += g
          product = product.plus(g, times: normal)
          dGain.store(dGain.lanes(at: i).plus(d, times: normal), at: i)
          dShift.store(dShift.lanes(at: i) + d, at: i)
        },
        scalar: { i in
          let (d, normal) = (slope[i], (source[i] - mean) * inverse)
          sumRest += d * gain[i]
          productRest += d * gain[i] * normal
          dGain[i] += d * normal
          dShift[i] += d
        })
      let meanSlope = (sum.total[0] + sumRest) * share
      let meanProduct = (product.total[0] + productRest) * share
      walk(
        x.width,
        vector: { i in
          let normal = (source.lanes(at: i) - mean) * inverse
          let g = slope.lanes(at: i) * gain.lanes(at: i)
          let change = (g - meanSlope - normal * meanProduct) * inverse
          target.store(adds ? target.lanes(at: i) + change : change, at: i)
        },
        scalar: { i in
          let normal = (source[i] - mean) * inverse
          let change = (slope[i] * gain[i] - meanSlope - normal * meanProduct) * inverse
          target[i] = adds ? target[i] + change : change
        })
    }
  }

  private static func check(_ x: Rows, _ y: Rows, statistics: Rows, vectors: [Rows]) {
    precondition(x.isLike(y), "the rows have different shapes")
    precondition(statistics.count == x.count && statistics.width == Self.statistics)
    precondition(
      vectors.allSatisfy { $0.count == 1 && $0.width == x.width },
      "each parameter has one value a column")
  }
}
