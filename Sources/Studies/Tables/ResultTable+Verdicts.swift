// Verdicts in words, and the tables below the first one: comparisons of the methods, and the components of their
// spread.

extension ResultTable {
  /// A further table of a section, with its title.
  struct Detail {
    let title: String
    let table: TextTable
  }

  /// The further tables of a section, without empty ones. The verdict is in the first table,
  /// unless that leaves it out.
  func details(_ section: Section, withVerdict: Bool = false) -> [Detail] {
    let compared = section.rows.compactMap { row in row.comparison.map { (row, $0) } }
    let comparisons = TextTable(
      [
        .init("method", isNumeric: false), .init("pairs", priority: 1), .init("P(better)"),
        .init("p, equivalence", priority: 2),
        .init("verdict", isNumeric: false, priority: 3),
      ],
      rows: compared.map { row, comparison in
        [
          row.method, "\(comparison.pairs)", comparison.improvement.map(chance) ?? "",
          comparison.adjustedEquivalenceP.map(probability) ?? "",
          withVerdict ? verdict(comparison, needed: row.pairsToDecide) : "",
        ]
      })
    let spread = section.rows.compactMap { row in row.components.map { (row, $0.components) } }
    let variance = TextTable(
      [.init("method", isNumeric: false)]
        + (spread.first?.1 ?? []).map { .init($0.factor) },
      rows: spread.map { row, components in
        [row.method] + components.map { percent($0.deviation) }
      })
    let margin = points(self.margin)
    return [
      Detail(
        title:
          "Comparisons: P(better) is the probability of a higher accuracy under the same seed; "
          + "p, equivalence: two one-sided tests for ±\(margin) points",
        table: comparisons.withoutEmptyColumns),
      Detail(
        title:
          "Deviation of single runs, in points, by what it comes from: the rest is the interaction "
          + "of source and seed",
        table: variance),
    ].filter { !$0.table.rows.isEmpty }
  }

  /// The text of a verdict in a cell, such as "undecided (120 pairs)" or "better (within ±1)".
  func verdict(_ comparison: Comparison, needed: Int?) -> String {
    let words = comparison.verdict.rawValue
    switch comparison.verdict {
    case .equivalent, .probablyEquivalent: return "\(words) (±\(points(margin)))"
    case .undecided:
      guard let needed, needed > comparison.overSeeds.summary.n else { return words }
      return "\(words) (\(pairCount(needed)) pairs)"
    case .better, .worse, .probablyBetter, .probablyWorse, .dependsOnSource:
      return comparison.isWithinMargin ? "\(words) (within ±\(points(margin)))" : words
    }
  }

  /// The text of a number of pairs that would decide, such as "120" or "over 100000".
  func pairCount(_ pairs: Int) -> String {
    pairs < mostPairs ? "\(roundedUp(pairs))" : "over \(mostPairs)"
  }

  /// Whether the mean and interquartile mean of a row differ by a point or more; otherwise a second mean would
  /// only widen the table.
  func isInterquartileMeanShown(_ section: Section) -> Bool {
    section.rows.contains { row in
      section.accuracy(row).map { abs($0.summary.mean - $0.summary.interquartileMean) >= 0.01 }
        ?? false
    }
  }

  /// Explanations of the verdicts that the section has.
  func verdicts(_ section: Section) -> [String] {
    let comparisons = section.rows.compactMap(\.comparison)
    let margin = points(self.margin)
    var notes: [String] = []
    if comparisons.contains(where: \.isWithinMargin) {
      notes.append(
        "Equivalent or within ±\(margin): the difference is smaller than \(margin) points, by two "
          + "one-sided tests like the one of the difference, at 5 % after Holm's correction.")
    }
    if section.rows.contains(where: { $0.pairsToDecide != nil }) {
      let family = comparisons.first?.family ?? 1
      let level = family > 1 ? "5 %/\(family)" : "5 %"
      notes.append(
        "Undecided (k pairs): neither a difference nor equivalence within ±\(margin) points "
          + "(--equivalence) is shown; k pairs of this spread would show one of them with power "
          + "\(decimal(100 * statedPower, 0)) % at level \(level), wherever in its 95 % interval over "
          + "pairs the difference lies.")
    }
    return notes
  }

  /// A sentence on rows with a source for each run, and on what follows from it.
  func owners(_ section: Section) -> [String] {
    let owners = section.rows.filter(\.hasOwnSources).map(\.method)
    guard !owners.isEmpty else { return [] }
    return [
      "Each run of \(owners.joined(separator: ", ")) has a source network of its own: pairs are "
        + "independent, and tests and intervals hold for sources in general."
    ]
  }

  private func chance(_ improvement: Improvement) -> String {
    let share = decimal(improvement.probability, 2)
    guard let interval = improvement.interval else { return share }
    return "\(share) [\(decimal(interval.low, 2)), \(decimal(interval.high, 2))]"
  }
}
