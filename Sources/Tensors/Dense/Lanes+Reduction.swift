import CProcessor

// Sums and maxima over sixteen lanes, in every lane of the result: four exchanges of lanes, where adding one
// lane after another takes fifteen steps.

extension SIMD16<Float> {
  /// The sum of all lanes.
  @inline(__always)
  var total: Lanes { total_of_lanes(self) }

  /// The largest of all lanes; where some are NaN, NaN or any other.
  @inline(__always)
  var largest: Lanes { folded { $0.larger($1) } }

  /// Lane by lane the larger; self where either is NaN.
  @inline(__always)
  func larger(_ other: Lanes) -> Lanes { replacing(with: other, where: other .> self) }

  /// All lanes joined by `join`, which may take them in any order.
  @inline(__always)
  private func folded(_ join: (Lanes, Lanes) -> Lanes) -> Lanes {
    let eight = join(self, Lanes(lowHalf: highHalf, highHalf: lowHalf))
    let (low, high) = (eight.lowHalf, eight.highHalf)
    let four = join(
      eight,
      Lanes(
        lowHalf: SIMD8(lowHalf: low.highHalf, highHalf: low.lowHalf),
        highHalf: SIMD8(lowHalf: high.highHalf, highHalf: high.lowHalf)))
    let pairs = unsafeBitCast(four, to: SIMD8<Double>.self)
    var exchangedPairs = pairs
    exchangedPairs.evenHalf = pairs.oddHalf
    exchangedPairs.oddHalf = pairs.evenHalf
    let two = join(four, unsafeBitCast(exchangedPairs, to: Lanes.self))
    var exchanged = two
    exchanged.evenHalf = two.oddHalf
    exchanged.oddHalf = two.evenHalf
    return join(two, exchanged)
  }
}
