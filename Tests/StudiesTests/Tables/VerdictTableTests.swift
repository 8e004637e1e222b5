// Verdicts in tables: runs with their own sources, equivalence, pairs needed, further tables.

import Foundation
import Studies
import Testing

/// A study of the baseline and NFM with `gains` by seed; `source` returns the source of each NFM run.
private func study(_ gains: [Double], source: (Int) -> Int) throws -> Study {
  try Study(
    gains.enumerated().flatMap { index, gain in
      let height = 0.6 + 0.02 * Double(index % 4)
      return [
        run("kaiming-normal", seed: index, [height]),
        run("nfm", seed: index, source: source(index), [height + gain]),
      ]
    })
}

private func nfm(_ study: Study) throws -> (row: ResultRow, notes: [String], table: ResultTable) {
  let table = ResultTable(study)
  let section = table.sections[0]
  let row = try #require(section.rows.first { $0.method == "nfm" })
  return (row, table.notes(section), table)
}

/// Gains between 0.02 and 0.05, all positive.
private let gains = (0..<10).map { 0.02 + 0.003 * Double($0) }

@Test func runsWithTheirOwnSourcesAreIndependentPairs() throws {
  let own = try nfm(study(gains) { 1000 + $0 })
  #expect(own.row.hasOwnSources && own.row.sources == 10)
  // The runs count as ten, not as 10 × 10 cells: the interval is by t, and the exact test is over pairs.
  #expect(own.row.testAccuracyAtBest?.interval?.kind == .logit)
  let comparison = try #require(own.row.comparison)
  #expect(comparison.bootstrap == nil && comparison.overSources == nil)
  #expect(
    comparison.interval?.kind == .t && comparison.improvement?.interval?.kind == .clopperPearson)
  #expect(comparison.adjustedP == 2.0 / 1024 && comparison.verdict == .better)
  #expect(own.notes.contains { $0.hasPrefix("Each run of nfm has a source network of its own") })
  #expect(!own.notes.contains { $0.contains("Methods drawn from") || $0.contains("bootstrap") })
  #expect(own.table.markdown.contains(" | 10 | +3.35 ["))
  // The same numbers from one source support statements about this source only.
  let shared = try nfm(study(gains) { _ in 1 })
  #expect(!shared.row.hasOwnSources)
  #expect(shared.notes.contains { $0.hasPrefix("Methods drawn from one source network") })
  // If two of ten runs share a source, they are cells of a design, not ten independent pairs.
  let mixed = try nfm(study(gains) { max(1, $0) })
  #expect(!mixed.row.hasOwnSources && mixed.row.comparison?.bootstrap != nil)
}

@Test func methodsWithTheirOwnSourcesPairBySeed() throws {
  let runs = (1...6).flatMap { seed in
    [
      run("nfm", seed: seed, source: 1000 + seed, [0.6]),
      run("copy", seed: seed, source: 2000 + seed, [0.6 + 0.01 * Double(seed)]),
    ]
  }
  let comparison = try #require(try Study(runs).comparisons(to: "nfm", on: "cifar10").first)
  #expect(comparison.pairs == 6 && abs(comparison.difference - 0.035) < 1e-12)
}

@Test func smallDifferencesAreEquivalentWithinTheMargin() throws {
  let small = [1, -2, 3, -1, 2, -3, 1, 0, -1, 2].map { 0.001 * $0 }
  let equal = try nfm(study(small) { 1000 + $0 })
  #expect(equal.row.verdict == .equivalent && equal.row.pairsToDecide == nil)
  // All ten are within the margin: shifted by it, all signs agree.
  #expect(equal.row.comparison?.adjustedEquivalenceP == 1.0 / 1024)
  #expect(equal.table.markdown.contains("| equivalent (±1) |"))
  #expect(equal.notes.contains { $0.hasPrefix("Equivalent or within ±1: ") })
  // A difference is found too, and both are reported.
  let slight = try nfm(study(small.map { $0 + 0.004 }) { 1000 + $0 })
  #expect(slight.row.verdict == .better && slight.row.comparison?.isWithinMargin == true)
  #expect(slight.table.markdown.contains("| better (within ±1) |"))
  #expect(slight.table.headlines[0].hasSuffix("exact sign-flip test within ±1 points."))
  // Equivalence within a tenth of a point is not shown.
  let narrow = ResultTable(try study(small) { 1000 + $0 }, margin: 0.001)
  #expect(narrow.sections[0].rows.last?.verdict == .undecided)
}

@Test func equivalenceFromThreeSourcesRequiresTheIntervalOverSources() throws {
  func verdict(_ effects: [Double]) throws -> Verdict? {
    var runs: [RunRecord] = []
    for seed in 1...8 {
      runs.append(run("kaiming-normal", seed: seed, [0.7]))
      for (source, effect) in effects.enumerated() {
        let noise = 0.0005 * Double(seed % 3 - 1)
        runs.append(run("nfm", seed: seed, source: 11 + source, [0.7 + effect + noise]))
      }
    }
    return try nfm(Study(runs)).row.verdict
  }
  #expect(try verdict([0.001, 0, -0.001]) == .equivalent)
  // These three have mean 0, which says little about a fourth.
  #expect(try verdict([0.05, 0, -0.05]) == .undecided)
}

@Test func undecidedRowsReportTheNumberOfPairsNeeded() throws {
  let spread = [4, -3, 5, -4, 2, -5, 3, -1, -4, 4].map { 0.01 * $0 }
  let (row, notes, table) = try nfm(study(spread) { 1000 + $0 })
  let deviation = try #require(row.comparison?.overSeeds.summary.deviation)
  let pairs = try #require(row.pairsToDecide)
  #expect(pairs == pairsToDecide(deviation: deviation, margin: 0.01, level: 0.05) && pairs > 100)
  // The number is rounded up to two digits.
  #expect(table.markdown.contains("| undecided (\((pairs + 9) / 10 * 10) pairs) |"))
  #expect(notes.contains { $0.hasPrefix("Undecided (k pairs): ") && $0.contains("power 80 %") })
  #expect(table.headlines[0].contains("undecided with 10 pairs; \((pairs + 9) / 10 * 10) pairs"))
}

@Test func everyFormatHasTheVerdictAndItsTest() throws {
  let table = try nfm(study(gains) { 1000 + $0 }).table
  #expect(table.markdown.contains("| nfm | 10 | 1.00 [0.69, 1.00] | 1.000 |"))
  #expect(table.terminal(width: 100).contains("1.00 [0.69, 1.00]"))
  #expect(table.latex.contains("nfm & 10 & 1.00 {[}0.69, 1.00{]} & 1.000 & better"))
  let html = Page(title: "t", study: try study(gains) { 1000 + $0 }, table: table).html
  #expect(html.contains("1.00 [0.69, 1.00]") && html.contains("Each run of nfm has a source"))
  let lines = table.csv.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false)
  }
  let fields = Dictionary(uniqueKeysWithValues: zip(lines[0], lines[2]))
  #expect(fields["own_sources"] == "1" && fields["equivalence_margin"] == "0.01")
  #expect(fields["probability_of_improvement"] == "1" && fields["verdict"] == "better")
  #expect(fields["test_accuracy_at_best_interquartile_mean"]?.isEmpty == false)
  let json = try JSONSerialization.jsonObject(with: Data(table.json().utf8)) as? [String: Any]
  #expect(json?["margin"] as? Double == 0.01)
  let sections = json?["sections"] as? [[String: Any]]
  let row = (sections?.first?["rows"] as? [[String: Any]])?.last
  #expect(row?["verdict"] as? String == "better" && row?["has_own_sources"] as? Bool == true)
}

@Test func theInterquartileMeanIsShownIfItDiffers() throws {
  var wrecked = gains
  wrecked[3] = -0.6
  #expect(try nfm(study(wrecked) { 1000 + $0 }).table.markdown.contains("| IQM, % |"))
  #expect(!(try nfm(study(gains) { 1000 + $0 }).table.markdown.contains("IQM")))
}

@Test func crossedDesignsSeparateSourceAndSeed() throws {
  var runs: [RunRecord] = []
  for seed in 1...4 {
    runs.append(run("kaiming-normal", seed: seed, [0.7 + 0.01 * Double(seed)]))
    for source in 1...3 {
      runs.append(run("nfm", seed: seed, source: source, [0.7 + 0.1 * Double(source)]))
    }
  }
  let (row, _, table) = try nfm(Study(runs))
  // Sources have a variance of 0.01; nothing else varies.
  let deviations = try #require(row.components).components.map(\.deviation)
  #expect(zip(deviations, [0.1, 0, 0]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(deviations)")
  #expect(table.markdown.contains("| method | source | draw and order | rest |"))
  #expect(table.markdown.contains("| nfm | 10.00 | 0.00 | 0.00 |"))
  #expect(try nfm(study(gains) { 1000 + $0 }).row.components == nil)
}
