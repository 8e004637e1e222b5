import Tensors

/// Some of a set's classes, by their labels: `0-4,7`.
public struct ClassSelection: Sendable, Equatable, CustomStringConvertible {
  /// Ascending, without repetition, at least one.
  public let labels: [UInt16]
  /// As it was given.
  public let description: String

  /// Labels and ranges of labels, separated by commas; nil if `text` is none.
  public init?(_ text: String) {
    var labels: Set<UInt16> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
        first <= last
      else { return nil }
      labels.formUnion(first...last)
    }
    self.labels = labels.sorted()
    description = text
  }
}

/// Which rows of a part are kept, and under which labels: of the classes chosen, numbered from 0 in
/// order, the first `limit` images in the order of choice. They stay in the order of the source.
struct Choice {
  private let kept: [Bool]
  /// Of the rows that are kept, in order.
  let labels: [UInt16]

  /// - Parameters:
  ///   - limit: nil: all; no fewer than there are.
  ///   - digests: [N], of the images' bytes; needed where there is a limit.
  init(_ labels: [UInt16], classes: ClassSelection?, limit: Int?, digests: [UInt64]) {
    var numbers: [UInt16: UInt16] = [:]
    for (number, label) in (classes?.labels ?? []).enumerated() { numbers[label] = UInt16(number) }
    let chosen = labels.indices.filter { classes == nil || numbers[labels[$0]] != nil }
    var kept = [Bool](repeating: false, count: labels.count)
    if let limit {
      let order = BalancedOrder.order(
        labels: chosen.map { labels[$0] }, digests: chosen.map { digests[$0] })
      for place in order.prefix(limit) { kept[chosen[place]] = true }
    } else {
      for row in chosen { kept[row] = true }
    }
    self.kept = kept
    self.labels = zip(labels, kept).filter(\.1).map { numbers[$0.0] ?? $0.0 }
  }

  func keeps(_ row: Int) -> Bool { kept.indices.contains(row) && kept[row] }
}
