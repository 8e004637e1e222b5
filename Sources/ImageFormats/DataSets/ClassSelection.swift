import Tensors

/// A selection of a set's classes, by their names, labels, or ranges of labels: `cat,dog`, `0-4,7`.
package struct ClassSelection: Sendable, Equatable, CustomStringConvertible {
  /// The selection as it was given.
  package let description: String

  private var items: [String] {
    description.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  /// Reads items separated by commas; nil if one is empty, or is not a single line of text.
  package init?(_ text: String) {
    description = text
    guard !items.contains(""), SetName.fault(text) == nil else { return nil }
  }

  /// The selected labels, ascending, without repetition, at least one. Names take precedence over labels:
  /// `2` is the class of that name if there is one.
  /// - Parameters:
  ///   - classes: the names of all classes, by label.
  ///   - set: the set's name, for messages.
  func labels(among classes: [String], of set: String) throws -> [UInt16] {
    var named: [String: Int] = [:]
    for (label, name) in classes.enumerated() { named[name] = label }
    var chosen: Set<Int> = []
    for item in items {
      if let label = named[item] {
        chosen.insert(label)
        continue
      }
      guard let range = Self.range(item) else {
        throw error("\(set) has no class \(item); its classes are \(inOneLine(classes))")
      }
      guard range.upperBound < classes.count else {
        throw error("\(set) has classes 0 to \(classes.count - 1)")
      }
      if let other = range.first(where: { named["\($0)", default: $0] != $0 }) {
        throw error(
          "classes are called by numbers that are not their labels (\(other) is label "
            + "\(named["\(other)"] ?? 0)): list their names instead of \(item)")
      }
      chosen.formUnion(range)
    }
    return chosen.sorted().compactMap { UInt16(exactly: $0) }
  }

  /// The range of an item such as `7` or `0-4`; nil for anything else.
  private static func range(_ item: String) -> ClosedRange<Int>? {
    let ends = item.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
      first <= last
    else { return nil }
    return Int(first)...Int(last)
  }

  private func error(_ problem: String) -> ImageFormatError {
    ImageFormatError("--classes \(description)", problem)
  }
}

/// Names for a message, in one line; only the first if there are many.
func inOneLine(_ names: [String]) -> String {
  let most = 20
  let more = names.count > most ? " and \(names.count - most) more" : ""
  return names.prefix(most).joined(separator: ", ") + more
}

/// The rows of a part that are kept, and their labels. The chosen classes are numbered from 0 in order, and the
/// first `limit` images in the order of choice are kept. They stay in the order of the source.
struct Choice {
  private let kept: [Bool]
  /// The labels of the rows that are kept, in order.
  let labels: [UInt16]

  /// - Parameters:
  ///   - classes: the labels of the classes to keep, ascending; nil keeps all.
  ///   - limit: the number of images to keep; nil, or a larger number than there are, keeps all.
  ///   - digests: [N], digests of the images' bytes; needed with a limit.
  init(_ labels: [UInt16], classes: [UInt16]?, limit: Int?, digests: [UInt64]) {
    var numbers: [UInt16: UInt16] = [:]
    for (number, label) in (classes ?? []).enumerated() { numbers[label] = UInt16(number) }
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
