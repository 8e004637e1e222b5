/// Convolutions by number from 1: `all`, `1`, `1-4`, `2,5-7`.
public struct LayerSelection: Equatable, Sendable, CustomStringConvertible {
  /// nil: all.
  private let ranges: [ClosedRange<Int>]?

  /// Every convolution.
  public static let all = LayerSelection(ranges: nil)
  private init(ranges: [ClosedRange<Int>]?) { self.ranges = ranges }

  /// - Throws: `FeatureError` if `text` is no such list.
  public init(_ text: String) throws(FeatureError) {
    guard text != "all" else {
      self = .all
      return
    }
    var ranges: [ClosedRange<Int>] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first >= 1, last >= first
      else { throw FeatureError("layers '\(text)' are not of the form all, 1, 1-4 or 2,5-7") }
      ranges.append(first...last)
    }
    self.init(ranges: ranges)
  }

  /// Whether the convolution with this index from 0 is selected.
  public func contains(index: Int) -> Bool {
    ranges?.contains { $0.contains(index + 1) } ?? true
  }

  /// - Throws: `FeatureError` if a number is above `count`.
  public func validate(count: Int) throws(FeatureError) {
    guard let last = ranges?.map(\.upperBound).max(), last > count else { return }
    throw FeatureError("layer \(last) of a network with \(count) convolutions")
  }

  public var description: String {
    guard let ranges else { return "all" }
    return ranges.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
    }.joined(separator: ",")
  }
}
