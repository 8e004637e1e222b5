// Square maps of numbers at another size, bilinearly as PyTorch's `interpolate` without `align_corners` and
// without antialiasing: output i reads between the two inputs around (i + ½)·from/to − ½.

package struct BilinearMaps: Sendable {
  /// The two inputs of each output along an axis, and the share of the second.
  private let taps: [(first: Int, second: Int, share: Float)]
  private let side: Int

  /// - Parameters:
  ///   - side: height and width of the maps, positive.
  ///   - target: what they become, positive.
  package init(from side: Int, to target: Int) {
    precondition(side > 0 && target > 0, "maps have a positive side")
    let scale = Float(side) / Float(target)
    self.side = side
    taps = (0..<target).map { i in
      let place = max(0, (Float(i) + 0.5) * scale - 0.5)
      let first = min(Int(place), side - 1)
      return (first, min(first + 1, side - 1), min(max(place - Float(first), 0), 1))
    }
  }

  /// [maps, from, from] → [maps, to, to].
  package func apply(_ values: [Float]) -> [Float] {
    precondition(values.count.isMultiple(of: side * side), "values are no whole number of maps")
    return stride(from: 0, to: values.count, by: side * side).flatMap { map in
      taps.flatMap { row in
        let (above, below) = (map + row.first * side, map + row.second * side)
        return taps.map { column in
          func between(_ start: Int) -> Float {
            (1 - column.share) * values[start + column.first]
              + column.share * values[start + column.second]
          }
          return (1 - row.share) * between(above) + row.share * between(below)
        }
      }
    }
  }
}
