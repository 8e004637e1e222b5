// Axes: ranges, round ticks, and labels that do not overlap.

import Foundation

/// An axis: a range of numbers with round ticks inside.
struct Axis: Sendable, Equatable {
  let low: Double
  let high: Double
  let ticks: [Double]
  /// Number of decimals with which the ticks differ.
  let decimals: Int

  /// Makes an axis that covers the finite values with a margin of 4 %; with `isWhole` (for epochs) it has no margin,
  /// and ticks only at whole numbers.
  init(_ values: [Double], isWhole: Bool = false, ticks wanted: Int = 6) {
    let known = values.filter(\.isFinite)
    var (low, high) = (known.min() ?? 0, known.max() ?? 1)
    if !(high > low) || !(high - low).isFinite {
      let middle = low / 2 + high / 2
      // Far from 0, one half is less than the distance between neighbouring numbers.
      let reach = max(0.5, abs(middle) * 1e-9)
      (low, high) = (middle - reach, middle + reach)
    }
    let margin = isWhole ? 0 : 0.04 * (high - low)
    self.low = low - margin
    self.high = high + margin
    let rough = (high - low) / Double(max(wanted, 1))
    let magnitude = pow(10, floor(log10(rough)))
    let factor = [1.0, 2, 5, 10].first { $0 * magnitude >= rough * 0.999 } ?? 10
    let step = isWhole ? max(1, (factor * magnitude).rounded()) : factor * magnitude
    decimals = Int(min(max(0, ceil(-log10(step) - 1e-9)), 12))
    let first = ceil(self.low / step - 1e-9)
    let count = floor(self.high / step + 1e-9) - first
    // Beyond 2⁵³ ticks would coincide, so such an axis has none.
    ticks =
      abs(first) < 0x1p53 && count >= 0 && count < 1000
      ? (0...Int(count)).map { (first + Double($0)) * step } : []
  }

  /// The position of a value: 0 at the low end, 1 at the high end.
  func position(_ value: Double) -> Double { (value - low) / (high - low) }

  /// The text of a tick.
  func label(_ tick: Double) -> String { decimal(tick, decimals) }
}

/// Heights near `wanted` (in any order) that are at least `gap` apart, and within 0…1 if there is
/// room. They have the least squared displacement, by pooling adjacent violators.
func spread(_ wanted: [Double], gap: Double) -> [Double] {
  let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
  var blocks: [(sum: Double, count: Int)] = []
  for (rank, index) in order.enumerated() {
    blocks.append((wanted[index] - Double(rank) * gap, 1))
    while blocks.count > 1 {
      let (last, before) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
      guard before.sum / Double(before.count) > last.sum / Double(last.count) else { break }
      blocks.removeLast(2)
      blocks.append((before.sum + last.sum, before.count + last.count))
    }
  }
  let room = max(0, 1 - Double(wanted.count - 1) * gap)
  var placed = wanted
  var rank = 0
  for block in blocks {
    let base = min(max(block.sum / Double(block.count), 0), room)
    for _ in 0..<block.count {
      placed[order[rank]] = base + Double(rank) * gap
      rank += 1
    }
  }
  return placed
}
