// The fixed order in which images are chosen: the first N are balanced over classes.

/// An order of labelled items by their digests, in rounds: each round takes one item of every class
/// that has any left, that with the least digest.
package enum BalancedOrder {
  /// Indices of the items, each once: by round, within a round by digest.
  ///
  /// The counts of two classes among the first N differ by at most one, unless the smaller one is
  /// exhausted; the first M are among the first N for M < N. Where digests depend on content alone,
  /// so does the order, up to items of equal digests, which keep theirs.
  ///
  /// - Parameters:
  ///   - labels: [N], the class of each item.
  ///   - digests: [N], for example by `ContentDigest`.
  package static func order(labels: [UInt16], digests: [UInt64]) -> [Int] {
    precondition(labels.count == digests.count)
    let ascending = labels.indices.sorted { (digests[$0], $0) < (digests[$1], $1) }
    var taken: [UInt16: Int] = [:]
    var rounds: [[Int]] = []
    for index in ascending {
      let round = taken[labels[index], default: 0]
      taken[labels[index]] = round + 1
      if round == rounds.count { rounds.append([]) }
      rounds[round].append(index)
    }
    return rounds.flatMap { $0 }
  }
}
