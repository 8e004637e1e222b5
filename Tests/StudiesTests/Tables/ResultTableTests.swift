// The table in all formats, from a small study made by hand.

import ChildProcesses
import Foundation
import Studies
import Testing

/// A study of Kaiming and NFM on two data sets with seeds 1…`seeds`, in which NFM is better by 0.02, 0.03, 0.04 …
private func smallStudy(seeds: Int = 3) throws -> Study {
  var runs: [RunRecord] = []
  for seed in 1...seeds {
    let height = 0.7 + 0.01 * Double(seed)
    runs.append(run("kaiming-normal", seed: seed, [0.3, height]))
    runs.append(run("nfm", seed: seed, source: 1, [0.5, height + 0.01 + 0.01 * Double(seed)]))
    runs.append(run("zero", seed: seed, [0.1, 0.1]))
    runs.append(run("agop", seed: seed, source: 1, [0.2, 0.25], diverges: seed < 3))
    runs.append(run("nfm", seed: seed, source: 1, on: "fashion-mnist", [0.8]))
  }
  return try Study(runs)
}

@Test func rowsHaveTheValuesOfTheirRuns() throws {
  let table = ResultTable(try smallStudy())
  #expect(table.sections.map(\.dataset) == ["cifar10", "fashion-mnist"])
  let section = table.sections[0]
  #expect(section.rows.map(\.method) == ["kaiming-normal", "agop", "nfm", "zero"])
  let nfm = try #require(section.rows.first { $0.method == "nfm" })
  #expect(abs(try #require(nfm.testAccuracyAtBest?.summary.mean) - 0.74) < 1e-12)
  #expect(nfm.paper == 0.7932)
  #expect(abs(try #require(nfm.comparison?.difference) - 0.03) < 1e-12)
  #expect(nfm.comparison?.pairs == 3)
  // The target is nine tenths of the baseline's 0.72, in whole percent.
  #expect(section.target == 0.64)
  #expect(nfm.epochsToReach == 2)
  #expect(section.rows[0].comparison == nil)
  // The second data set has no baseline, so nothing is compared.
  #expect(table.sections[1].rows[0].comparison == nil)
}

@Test func rowsReportDivergence() throws {
  let rows = ResultTable(try smallStudy()).sections[0].rows
  #expect(rows.first { $0.method == "zero" }?.status == "at chance")
  let agop = rows.first { $0.method == "agop" }
  #expect(agop?.status == "diverged in 2 of 3 runs at epoch 3")
  #expect(rows.first { $0.method == "nfm" }?.status == "")
}

@Test func verdictsReportWhenNIsTooSmall() throws {
  func verdict(_ seeds: Int) throws -> Comparison {
    let comparisons = try smallStudy(seeds: seeds).comparisons(to: "kaiming-normal", on: "cifar10")
    return try #require(comparisons.first { $0.method == "nfm" })
  }
  let (two, six, eight) = (try verdict(2), try verdict(6), try verdict(8))
  #expect(two.verdict == .undecided && two.pairsToDecide == nil)
  let table = ResultTable(try smallStudy(seeds: 2))
  let notes = table.notes(table.sections[0])
  #expect(notes.contains { $0.hasPrefix("2 pairs cannot give p below 0.500") })
  // With six pairs 2/64 × 3 methods is above 5 %, but the t test decides.
  #expect(six.verdict == .probablyBetter)
  #expect(eight.verdict == .better)
  #expect(eight.generality(sources: 1)?.hasPrefix("one source") == true)
}

@Test func verdictAndPComeFromOneTest() throws {
  // With two degrees of freedom p = 1 − |t| / √(t² + 2). Gains 0.10, 0.11, 0.12: t = 11 √3, doubled
  // by Holm. Losses 0.2, 0, 0.1: t = −√3. The sign-flip test could not go below 2/8.
  let runs = zip(1...3, [0.10, 0.11, 0.12]).flatMap { seed, gain in
    [
      run("normal", seed: seed, [0.5]), run("nfm", seed: seed, [0.5 + gain]),
      run("agop", seed: seed, [0.5 - [0.2, 0, 0.1][seed - 1]]),
    ]
  }
  let study = try Study(runs)
  let comparisons = study.comparisons(to: "normal", on: "cifar10")
  let (agop, nfm) = (comparisons[0], comparisons[1])
  #expect([agop.method, nfm.method] == ["agop", "nfm"])
  #expect(nfm.test == .t && abs(nfm.adjustedP - 2 * 0.00274349) < 1e-7)
  #expect(nfm.verdict == .probablyBetter)
  #expect(agop.test == .t && abs(agop.adjustedP - 0.2254) < 1e-4)
  #expect(agop.verdict == .undecided)
  let table = ResultTable(study, baseline: "normal")
  #expect(table.markdown.contains("| 0.005 (t) | probably better |"))
  #expect(table.markdown.contains("p and verdict: paired t test (t)"))
  #expect(table.headlines[0].contains("probably better, p = 0.005 by the t test"))
  // No verdict contradicts its p-value.
  for seeds in [2, 3, 6, 8] {
    for comparison in try smallStudy(seeds: seeds).comparisons(to: "kaiming-normal", on: "cifar10")
    {
      let isClaim = comparison.verdict != .undecided
      #expect(isClaim == (comparison.adjustedP <= significanceLevel))
      if isClaim {
        #expect((comparison.test == .t) == comparison.verdict.rawValue.hasPrefix("probably"))
      }
    }
  }
}

@Test func withoutATestPartValidationIsReported() throws {
  let runs = (1...3).flatMap { seed in
    [("kaiming-normal", 0.6), ("nfm", 0.6 + 0.02 * Double(seed))].map { method, height in
      var untested = run(method, seed: seed, [0.3, height])
      for epoch in untested.epochs.indices { untested.epochs[epoch].testAccuracy = nil }
      return untested
    }
  }
  let study = try Study(runs)
  let table = ResultTable(study)
  let headline = try #require(table.headlines.first)
  #expect(
    headline.hasPrefix(
      "On cifar10, nfm reaches the highest validation accuracy, 64.00 % (3 runs, maximum over "
        + "epochs, nothing tested), 4.00 points above kaiming-normal"))
  #expect(!headline.contains("test accuracy"))
  #expect(table.latex.contains("Best validation accuracy on cifar10"))
  let html = Page(title: "untested", study: study, table: table).html
  #expect(html.contains("Best validation accuracy on cifar10, %") && html.contains("headline"))
}

@Test func meansOfFewerRunsThanTheRowAreMarked() throws {
  var runs = (1...3).map { run("kaiming-normal", seed: $0, [0.5 + 0.1 * Double($0)]) }
  for index in 1...2 { runs[index].epochs[0].testAccuracy = nil }
  var untested = run("nfm", seed: 1, on: "svhn", [0.8])
  untested.epochs[0].testAccuracy = nil
  let table = ResultTable(try Study(runs + [untested]))
  #expect(table.markdown.contains("| kaiming-normal | 59.00 (1 of 3) | 70.00 ["))
  #expect(table.markdown.contains("(k of n): only k of the row's n runs have that accuracy"))
  #expect(table.headlines.contains { $0.contains("59.00 % (1 run)") })
  // The matrix marks an untested data set beside tested ones.
  #expect(table.matrix.columns.map(\.heading) == ["method", "svhn, validation", "cifar10"])
}

@Test func pairingFollowsSeedsAndSources() throws {
  // With shuffled seeds, a constant gain of 0.1 and a seed without partner, the difference is exact.
  let baseline = [(1, 0.5), (2, 0.8), (3, 0.3)].map { run("normal", seed: $0, [$1]) }
  let method = [(3, 0.4), (1, 0.6), (2, 0.9), (7, 0.1)].flatMap { seed, value in
    [1, 2].map { run("nfm", seed: seed, source: $0, [value + ($0 == 1 ? 0.05 : -0.05)]) }
  }
  let study = try Study(baseline + method)
  let comparison = try #require(study.comparisons(to: "normal", on: "cifar10").first)
  #expect(abs(comparison.difference - 0.1) < 1e-12)
  #expect(comparison.pairs == 6 && comparison.unmatched == 2)
  #expect(try #require(comparison.overSeeds.summary.deviation) < 1e-12)
  let sources = try #require(comparison.overSources)
  #expect(sources.summary.n == 2)
  #expect(abs(try #require(sources.t) - 2) < 1e-9)
  let interval = try #require(comparison.bootstrap)
  #expect(abs(interval.low - 0.05) < 1e-12 && abs(interval.high - 0.15) < 1e-12)
}

@Test func gainsFromOneSourceDependOnTheSource() throws {
  var runs: [RunRecord] = []
  for seed in 1...8 {
    let level = 0.5 + 0.01 * Double(seed % 3)
    runs.append(run("normal", seed: seed, [level]))
    for (source, gain) in [(1, 0.2), (2, -0.02), (3, -0.03)] {
      runs.append(run("nfm", seed: seed, source: source, [level + gain + 0.001 * Double(seed)]))
    }
  }
  let comparison = try Study(runs).comparisons(to: "normal", on: "cifar10")[0]
  #expect(comparison.overSeeds.permutation.p == 2.0 / 256)
  #expect(comparison.verdict == .dependsOnSource)
}

@Test func markdownHasEveryMethodOnce() throws {
  let markdown = ResultTable(try smallStudy()).markdown
  #expect(markdown.contains("| nfm | 74.00 [68.73, 78.65] |"))
  #expect(markdown.contains("| diverged in 2 of 3 runs at epoch 3 |"))
  #expect(markdown.contains("### fashion-mnist"))
  let rows = markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
  let pipes = rows.map { $0.filter { $0 == "|" }.count }
  // The matrix, the tables of both sections, and the comparisons each have one width.
  #expect(Set(pipes).count <= 4)
}

@Test func csvReadsBackWithTheSameNumbers() throws {
  var odd = run("my,\"method\"", seed: 1, [0.5])
  odd.dataset = "line\nbreak"
  let runs = try smallStudy().runs + [odd]
  let csv = ResultTable(try Study(runs)).csv
  #expect(csv.contains("\"line\nbreak\",\"my,\"\"method\"\"\",1,"))
  let lines = csv.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  let header = lines[0]
  let row = try #require(lines.first { $0.starts(with: ["cifar10", "nfm"]) })
  #expect(row.count == header.count)
  let column = try #require(header.firstIndex(of: "test_accuracy_at_best"))
  #expect(abs(try #require(Double(row[column])) - 0.74) < 1e-12)
}

@Test func jsonDecodesToTheTable() throws {
  let text = try ResultTable(try smallStudy()).json()
  let object = try #require(
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  let sections = try #require(object["sections"] as? [[String: Any]])
  #expect(sections.count == 2)
  let again = try ResultTable(try smallStudy()).json()
  #expect(text == again)
}

@Test func theTerminalTableFitsTheWidth() throws {
  let table = ResultTable(try smallStudy())
  for width in [60, 80, 120] {
    let lines = table.terminal(width: width).split(separator: "\n")
    let widest = lines.map(\.count).max() ?? 0
    #expect(widest <= width, "\(width): \(widest)")
    // No column is lost: columns that do not fit in one line follow below.
    let words = table.terminal(width: width)
    for heading in ["test accuracy, %", "difference, points", "verdict", "epochs to 64 %", "note"] {
      #expect(words.contains(heading), "\(width)")
    }
  }
  let wide = table.terminal(width: 200)
  #expect(wide.contains("▁"))
  #expect(wide.contains("baseline"))
}

@Test func sparklinesScaleAndThin() {
  #expect(sparkline([0, 0.5, 1], low: 0, high: 1) == "▁▅█")
  #expect(sparkline([], low: 0, high: 1) == "")
  #expect(sparkline([5, .nan, -.infinity], low: 0, high: 1) == "█▁▁")
  let long = sparkline((0...99).map(Double.init), low: 0, high: 99, width: 8)
  #expect(long == "▁▂▃▄▅▆▇█")
}

/// A table with names that have a meaning in LaTeX.
private func oddLaTeX() throws -> String {
  var odd = run("a_b&c 50% {x} $y #1 ~^\\", seed: 1, [0.5])
  odd.dataset = "50%_set"
  return ResultTable(try Study(try smallStudy().runs + [odd])).latex
}

@Test func latexIsEscaped() throws {
  let latex = try oddLaTeX()
  #expect(latex.contains("a\\_b\\&c 50\\% \\{x\\} \\$y \\#1"))
  #expect(latex.contains("\\textasciitilde{}\\textasciicircum{}\\textbackslash{}"))
  #expect(!latex.contains { !$0.isASCII })
}

@Test(.enabled(if: executable("pdflatex") != nil))
func latexCompiles() throws {
  let program = try #require(executable("pdflatex"))
  let latex = try oddLaTeX()
  try withFolder { folder in
    let document = "\\documentclass{article}\\begin{document}\n\(latex)\\end{document}\n"
    try Data(document.utf8).write(to: folder.appendingPathComponent("t.tex"))
    let said = try ProgramOutput(
      of: [program.path, "-interaction=nonstopmode", "-halt-on-error", "t.tex"], in: folder.path)
    #expect(said.status == 0, "\(said.text.suffix(1500))")
  }
}

@Test func amongSimilarWarningsTheLargestIsShown() throws {
  var records = [run("nfm", seed: 1, source: 1, [0.5]), run("nfm", seed: 2, source: 1, [0.5])]
  records[0].sourceWarnings = [
    "layer 3: 2 of 64 filters are dead", "layer 3: 10 of 64 filters are dead", "no number of it",
    "layer 3: 9 of 64 filters are dead",
  ]
  // Words for which a search by regular expression takes hours, and a count that overflows.
  let endless = "x " + String(repeating: "1 ", count: 100_000)
  records[1].sourceWarnings = [
    endless, "3 of 4 at the beginning is no count", "a 99999999999999999999 of 1 b", "a 7 of 1 b",
  ]
  let warnings = try Study(records).warnings(on: "cifar10")
  #expect(
    Set(warnings) == [
      "Source 1: layer 3: 10 of 64 filters are dead.", "Source 1: no number of it.",
      "Source 1: \(endless).", "Source 1: 3 of 4 at the beginning is no count.",
      "Source 1: a 99999999999999999999 of 1 b.",
    ])
}
