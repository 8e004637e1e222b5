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
    precondition(statistics.count == x.count && statistics.width == Self.statistics)
    for r in 0..<x.count {
      let (mean, inverse) = moments(x.row(r), x.width, epsilon: epsilon)
      statistics.row(r)[0] = mean
      statistics.row(r)[1] = inverse
    }
    normalise(x, gain: gain, shift: shift, statistics: statistics, into: y)
  }

  /// x and its kept statistics → the same y.
  package static func normalise(
    _ x: Rows, gain: Rows, shift: Rows, statistics: Rows, into y: Rows
  ) {
    precondition(x.isLike(y) && statistics.count == x.count && statistics.width == Self.statistics)
    precondition(isVector(gain, x) && isVector(shift, x), "one γ and one β a column")
    let (gain, shift) = (gain.start, shift.start)
    for r in 0..<x.count {
      let (source, target) = (x.row(r), y.row(r))
      let (mean, inverse) = (statistics.row(r)[0], statistics.row(r)[1])
      walk(
        x.width,
        vector: { i in
          let normal = (source.lanes(at: i) - mean) * inverse
          target.store(normal * gain.lanes(at: i) + shift.lanes(at: i), at: i)
        },
        scalar: { i in target[i] = (source[i] - mean) * inverse * gain[i] + shift[i] })
    }
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
    precondition(
      dy.isLike(x) && dx.isLike(x) && statistics.count == x.count
        && statistics.width == Self.statistics)
    precondition(
      isVector(gain, x) && isVector(gainGradient, x) && isVector(shiftGradient, x),
      "one γ, one dγ and one dβ a column")
    let (gain, dGain, dShift) = (gain.start, gainGradient.start, shiftGradient.start)
    for r in 0..<x.count {
      let (source, slope, target) = (x.row(r), dy.row(r), dx.row(r))
      let (mean, inverse) = (statistics.row(r)[0], statistics.row(r)[1])
      var (sum, product, sumRest, productRest) = (Lanes.zero, Lanes.zero, 0.0, 0.0)
      walk(
        x.width,
        vector: { i in
          let (d, normal) = (slope.lanes(at: i), (source.lanes(at: i) - mean) * inverse)
          let g = d * gain.lanes(at: i)
          sum += g
          product += g * normal
          dGain.store(dGain.lanes(at: i) + d * normal, at: i)
          dShift.store(dShift.lanes(at: i) + d, at: i)
        },
        scalar: { i in
          let (d, normal) = (slope[i], (source[i] - mean) * inverse)
          sumRest += Double(d * gain[i])
          productRest += Double(d * gain[i] * normal)
          dGain[i] += d * normal
          dShift[i] += d
        })
      let n = Double(x.width)
      let meanSlope = Float((sum.doubleSum + sumRest) / n)
      let meanProduct = Float((product.doubleSum + productRest) / n)
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

  private static func isVector(_ vector: Rows, _ x: Rows) -> Bool {
    vector.count == 1 && vector.width == x.width
  }

  /// Mean and 1/σ of a row: the sum of squares is that of deviations from the mean, corrected for the
  /// mean's own rounding.
  @inline(__always)
  private static func moments(
    _ x: UnsafePointer<Float>, _ width: Int, epsilon: Float
  ) -> (mean: Float, inverse: Float) {
    let n = Double(width)
    var (sum, rest) = (Lanes.zero, 0.0)
    walk(width, vector: { i in sum += x.lanes(at: i) }, scalar: { i in rest += Double(x[i]) })
    let mean = Float((sum.doubleSum + rest) / n)
    var (first, second, firstRest, secondRest) = (Lanes.zero, Lanes.zero, 0.0, 0.0)
    walk(
      width,
      vector: { i in
        let deviation = x.lanes(at: i) - mean
        first += deviation
        second += deviation * deviation
      },
      scalar: { i in
        let deviation = x[i] - mean
        firstRest += Double(deviation)
        secondRest += Double(deviation * deviation)
      })
    let correction = (first.doubleSum + firstRest) / n
    let variance = (second.doubleSum + secondRest) / n - correction * correction
    return (
      Float(Double(mean) + correction), Float(1 / (variance + Double(epsilon)).squareRoot())
    )
  }
}

extension SIMD16<Float> {
  /// The sum of all lanes in double precision.
  @inline(__always)
  var doubleSum: Double {
    let (low, high) = (SIMD8<Double>(lowHalf), SIMD8<Double>(highHalf))
    let eight = low + high
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }
}
