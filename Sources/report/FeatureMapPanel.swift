// A panel of the paper's Figure 1.

/// What the features of a layer respond to in an image, as a picture.
struct FeatureMapPanel {
  /// Positions in a row and in a column, without those left out.
  let side: Int
  /// [side, side] in [0, 1], row-major: 0 is the 1st percentile, 1 the 99th.
  let values: [Double]
  let title: String

  /// The share of the values below which all are drawn as 0; as large a share is drawn as 1. A single position with a
  /// strong response would leave the others dark. Of fewer than 101 values none is cut.
  private static let tail = 0.01

  /// - Parameters:
  ///   - values: [side, side], of any range.
  ///   - border: how many positions are left out at each edge.
  init(side: Int, values: [Double], border: Int = 0, title: String) {
    let kept = border..<max(border, side - border)
    let shown = kept.flatMap { y in kept.map { x in values[y * side + x] } }
    let sorted = shown.sorted()
    let cut = Int(Self.tail * Double(max(0, sorted.count - 1)))
    let (low, high) = sorted.isEmpty ? (0, 1) : (sorted[cut], sorted[sorted.count - 1 - cut])
    let span = high > low ? high - low : 1
    (self.side, self.title) = (kept.count, title)
    self.values = shown.map { min(max(($0 - low) / span, 0), 1) }
  }

  /// How many positions at an edge the padding reaches, at most a quarter of the side.
  /// - Parameter blank: the responses to an image of one colour, [side, side]: without padding all are equal.
  static func border(of blank: [Double], side: Int) -> Int {
    let middle = blank[side / 2 * side + side / 2]
    let tolerance = 1e-3 * (blank.max() ?? 0)
    func isReached(_ ring: Int) -> Bool {
      let (first, last) = (ring, side - 1 - ring)
      return (first...last).contains { i in
        [(first, i), (last, i), (i, first), (i, last)].contains { y, x in
          abs(blank[y * side + x] - middle) > tolerance
        }
      }
    }
    return (0..<side / 4).last(where: isReached).map { $0 + 1 } ?? 0
  }
}
