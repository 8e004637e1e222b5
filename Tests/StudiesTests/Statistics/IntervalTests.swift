// Intervals within the range of accuracies, against SciPy: fixtures by Fixtures/bounded_intervals.py.

import Foundation
import Studies
import Testing

private struct Reference: Decodable {
  struct Case: Decodable {
    let sample: [Double]
    let confidence, low, high: Double
  }
  let shares, differences: [Case]
}

@Test func intervalsOfSharesAgreeWithSciPy() throws {
  let reference = try JSONDecoder().decode(Reference.self, from: fixture("bounded_intervals.json"))
  for (cases, support) in [(reference.shares, Support.share), (reference.differences, .difference)]
  {
    for one in cases {
      let summary = Summary(one.sample, confidence: one.confidence, of: support)
      let interval = try #require(summary?.interval)
      #expect(abs(interval.low - one.low) < 1e-7, "\(one)")
      #expect(abs(interval.high - one.high) < 1e-7, "\(one)")
      #expect(interval.kind == (support == .share ? .logit : .t))
    }
  }
}

@Test func sharesWithoutSpreadHaveNoInterval() {
  for value in [0.0, 1.0, 0.5] {
    #expect(Summary([value, value, value], of: .share)?.interval == nil)
  }
  #expect(Summary([0.5], of: .share)?.interval == nil)
  #expect(Summary([-3, 7], of: .share)?.interval == nil)
}

@Test func intervalsOfSharesHaveTheirNominalCoverage() throws {
  // All triples of 16 equally likely accuracies, the quantiles of Beta(9, 1), for which t covers too few means.
  let accuracies = (0..<16).map { pow((Double($0) + 0.5) / 16, 1.0 / 9) }
  let truth = accuracies.reduce(0, +) / 16
  var held = [0.0, 0.0]
  for a in accuracies {
    for b in accuracies {
      for c in accuracies {
        for (index, support) in [Support.share, .real].enumerated() {
          guard let interval = Summary([a, b, c], of: support)?.interval else { continue }
          if support == .share { #expect(interval.low > 0 && interval.high < 1) }
          if interval.low <= truth, truth <= interval.high { held[index] += 1 / 4096 }
        }
      }
    }
  }
  #expect(abs(held[0] - 0.95) < 0.015, "\(held)")
  #expect(held[1] < 0.93, "\(held)")
}

@Test func tablesShowNoImpossibleAccuracy() throws {
  let kaiming = [0.9, 0.9, 0.95]
  let nfm = [0.2, 0.99, 0.6]
  let table = ResultTable(
    try Study(
      (1...3).flatMap { seed in
        [
          run("kaiming-normal", seed: seed, [kaiming[seed - 1] + 0.01]),
          run("nfm", seed: seed, [nfm[seed - 1] + 0.01]), run("zero", seed: seed, [0.01]),
        ]
      }))
  let row = try #require(table.sections[0].rows.first { $0.method == "nfm" })
  // Plain t would give 60 ± 98 and −32 [−131, 67].
  let interval = try #require(row.testAccuracyAtBest?.interval)
  #expect(interval.low > 0 && interval.high < 1)
  #expect(row.comparison?.interval?.low == -1)
  #expect(table.markdown.contains("[-100.00, "))
  #expect(table.markdown.contains("Student's t on the logit scale"))
  #expect(table.markdown.contains("Runs of equal accuracy have no interval"))
  #expect(table.markdown.contains("| zero | 0.00 |"))
  let columns = table.csv.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false)
  }
  let ends = columns[0].indices.filter {
    columns[0][$0].hasSuffix("_low") || columns[0][$0].hasSuffix("_high")
  }
  for line in columns.dropFirst() {
    for end in ends { #expect((-1...1).contains(Double(line[end]) ?? 0), "\(columns[0][end])") }
  }
}
