// Statistics against SciPy: fixtures by Fixtures/scipy_reference.py.

import Foundation
import Studies
import Testing

private struct Reference: Decodable {
  struct IntervalCase: Decodable {
    let sample: [Double]
    let confidence, low, high, mean, median, deviation: Double
  }
  struct Tail: Decodable { let df, t, twoSidedP: Double }
  struct Critical: Decodable { let df, confidence, t: Double }
  struct Paired: Decodable {
    let a, b: [Double]
    let t, p, low, high: Double
    let permutationP: Double?
  }
  struct Flipped: Decodable {
    let differences: [Double]
    let p: Double
  }
  struct Crossed: Decodable {
    let table: [[Double]]
    let low, high: Double
  }
  struct Single: Decodable {
    let sample: [Double]
    let low, high: Double
  }
  struct Holm: Decodable { let p, adjusted: [Double] }

  let intervals: [IntervalCase]
  let distribution: [Tail]
  let critical: [Critical]
  let paired: [Paired]
  let flipped: [Flipped]
  let large: Flipped
  let crossed: Crossed
  let single: Single
  let holm: Holm

  init() throws {
    self = try JSONDecoder().decode(Reference.self, from: fixture("scipy_reference.json"))
  }
}

/// Whether two numbers agree relatively, or absolutely near 0.
private func agree(_ a: Double, _ b: Double, _ tolerance: Double = 1e-10) -> Bool {
  abs(a - b) <= tolerance * max(1e-300, max(abs(a), abs(b))) || abs(a - b) < 1e-15
}

@Test func tIntervalsAgreeWithSciPy() throws {
  for reference in try Reference().intervals {
    let summary = try #require(Summary(reference.sample, confidence: reference.confidence))
    #expect(agree(summary.mean, reference.mean))
    #expect(agree(summary.median, reference.median))
    #expect(agree(try #require(summary.deviation), reference.deviation))
    let interval = try #require(summary.interval)
    #expect(agree(interval.low, reference.low, 1e-9))
    #expect(agree(interval.high, reference.high, 1e-9))
  }
}

@Test func theTDistributionAgreesWithSciPy() throws {
  let reference = try Reference()
  for tail in reference.distribution {
    let p = StudentT(degreesOfFreedom: tail.df).twoSidedP(tail.t)
    // Far tails of many degrees of freedom lose digits to the logarithm of the beta function.
    #expect(agree(p, tail.twoSidedP, 1e-9), "df \(tail.df), t \(tail.t)")
  }
  for critical in reference.critical {
    let t = StudentT(degreesOfFreedom: critical.df).criticalValue(confidence: critical.confidence)
    #expect(agree(t, critical.t, 1e-8), "df \(critical.df), \(critical.confidence)")
  }
  #expect(StudentT(degreesOfFreedom: 0).criticalValue(confidence: 0.95).isNaN)
}

@Test func pairedTestsAgreeWithSciPy() throws {
  for reference in try Reference().paired {
    let test = try #require(PairedDifference(zip(reference.a, reference.b).map { $0 - $1 }))
    #expect(agree(try #require(test.t), reference.t))
    #expect(agree(try #require(test.tTestP), reference.p, 1e-9))
    let interval = try #require(test.summary.interval)
    #expect(agree(interval.low, reference.low, 1e-9))
    #expect(agree(interval.high, reference.high, 1e-9))
    #expect(test.permutation.isExact)
    if let p = reference.permutationP { #expect(agree(test.permutation.p, p)) }
  }
}

@Test func signFlipsCountTiesAsInSciPy() throws {
  let reference = try Reference()
  for flipped in reference.flipped {
    let test = try #require(signFlipTest(flipped.differences))
    #expect(agree(test.p, flipped.p), "\(flipped.differences)")
  }
  #expect(signFlipTest([-0.7])?.p == 1)
  #expect(signFlipTest([]) == nil)
  #expect(signFlipTest([0.1, .nan]) == nil)
  #expect(try #require(signFlipTest([1, 2, 3])).smallestPossibleP == 0.25)
}

/// Accuracies of 1000 images, as pairs whose difference is 0.02 except for the last bits.
private let equalPairs = [(0.52, 0.5), (0.72, 0.7), (0.921, 0.901), (0.13, 0.11), (0.371, 0.351)]

@Test func equalDifferencesHaveNoTTest() throws {
  let differences = equalPairs.map { $0.0 - $0.1 }
  #expect(Set(differences).count > 1, "the last bits differ, or this tests nothing")
  for subset in [[0, 1, 2], [0, 0, 0], [1, 3, 4], [2, 0, 4]] {
    let test = try #require(PairedDifference(subset.map { differences[$0] }))
    #expect(test.t == nil && test.tTestP == nil && test.summary.deviation == 0)
    #expect(test.permutation.p == 0.25)
  }
  // One image of 1000 makes a difference.
  let unequal = try #require(PairedDifference([0.02, 0.02, 0.021]))
  // t = mean / (s / √3) with mean 61/3 and s = 1/√3 thousandths: 61.
  #expect(abs(try #require(unequal.t) - 61) < 1e-9)
}

@Test func differencesByRoundingAreZero() throws {
  // 0.1 + 0.2 and 0.3 are the same accuracy, with either sign and any number of times.
  let rounding = 0.1 + 0.2 - 0.3
  #expect(rounding != 0)
  for differences in [[rounding, rounding, rounding], [rounding, -rounding, 0], [0, 0, 0]] {
    let test = try #require(PairedDifference(differences))
    #expect(test.permutation.p == 1 && test.t == nil)
  }
}

@Test func sampledSignFlipsAreCloseAndReproducible() throws {
  let reference = try Reference().large
  let test = try #require(signFlipTest(reference.differences))
  #expect(!test.isExact)
  let error = (reference.p * (1 - reference.p) / 99_999).squareRoot()
  #expect(abs(test.p - reference.p) < 5 * error)
  #expect(test == signFlipTest(reference.differences))
  #expect(test != signFlipTest(reference.differences, seed: 1))
}

@Test func holmAgreesWithTheClosedProcedure() throws {
  let reference = try Reference().holm
  for (ours, theirs) in zip(holm(reference.p), reference.adjusted) { #expect(agree(ours, theirs)) }
  #expect(holm([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06])
  #expect(holm([]) == [])
}

@Test func theBootstrapAgreesWithArraysAndWithSciPy() throws {
  let reference = try Reference()
  let cells = reference.crossed.table.enumerated().flatMap { source, row in
    row.enumerated().map { Cell(source: source, seed: $0, value: $1) }
  }
  let interval = try #require(hierarchicalBootstrap(cells, resamples: 40_000))
  #expect(abs(interval.low - reference.crossed.low) < 0.001)
  #expect(abs(interval.high - reference.crossed.high) < 0.001)
  // If runs were treated as independent, the interval would be less than two thirds as wide.
  let naive = try #require(Summary(cells.map(\.value))?.interval)
  #expect(naive.high - naive.low < 0.67 * (interval.high - interval.low))

  let alone = reference.single.sample.enumerated().map { Cell(source: nil, seed: $0, value: $1) }
  let single = try #require(hierarchicalBootstrap(alone, resamples: 40_000))
  #expect(abs(single.low - reference.single.low) < 0.02)
  #expect(abs(single.high - reference.single.high) < 0.02)
}

@Test func bootstrapDependsOnlyOnCellsAndSeed() throws {
  let cells = (0..<3).flatMap { source in
    (0..<5).map { Cell(source: source, seed: $0, value: Double(source * 7 + $0 * 3 % 4)) }
  }
  let interval = hierarchicalBootstrap(cells)
  #expect(interval == hierarchicalBootstrap(cells.reversed()))
  #expect(interval != hierarchicalBootstrap(cells, seed: 9))
  #expect(hierarchicalBootstrap([cells[0]]) == nil)
  // A cell that was never run is left out, and does not count as 0.
  let partial = try #require(hierarchicalBootstrap(cells.map { $0 + 100 }.dropLast().map { $0 }))
  #expect(partial.low >= 100)
}

private func + (cell: Cell, shift: Double) -> Cell {
  Cell(source: cell.source, seed: cell.seed, value: cell.value + shift)
}

@Test func summariesLeaveOutValuesThatAreNotFinite() throws {
  #expect(Summary([]) == nil)
  #expect(Summary([.nan]) == nil)
  let one = try #require(Summary([0.5, .infinity]))
  #expect(one.n == 1 && one.interval == nil && one.deviation == nil)
}
