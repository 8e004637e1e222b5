// The tests behind verdicts, against SciPy: fixtures by Fixtures/verdicts.py.

import Foundation
import Studies
import Testing

private struct Reference: Decodable {
  struct Equivalence: Decodable {
    let differences: [Double]
    let margin, p, tTestP: Double
  }
  struct Binomial: Decodable {
    let successes: Double
    let trials: Int
    let low, high: Double
  }
  struct Middle: Decodable {
    let sample: [Double]
    let mean: Double
  }
  struct Power: Decodable {
    let n: Int
    let deviation, margin, level, power: Double
  }
  struct Pairs: Decodable {
    let deviation, margin, level, low, high: Double
    let pairs: Int
  }
  struct Components: Decodable {
    let source, seed: [Int]
    let values, deviations: [Double]
  }

  let equivalence: [Equivalence]
  let binomial: [Binomial]
  let middle: [Middle]
  let powers: [Power]
  let pairs: [Pairs]
  let components: Components

  init() throws {
    self = try JSONDecoder().decode(Self.self, from: fixture("verdicts.json"))
  }
}

@Test func equivalenceAgreesWithSciPy() throws {
  for one in try Reference().equivalence {
    let test = try #require(EquivalenceTest(one.differences, within: one.margin))
    #expect(test.p == one.p, "\(one)")
    #expect(abs(try #require(test.tTestP) - one.tTestP) < 1e-10, "\(one)")
  }
}

@Test func equivalenceOfHandSizedCases() throws {
  // Three differences of 0: shifted up, all three are positive, which is one of eight patterns.
  let zero = try #require(EquivalenceTest([0, 0, 0], within: 0.01))
  #expect(zero.p == 1.0 / 8 && zero.tTestP == nil)
  // At the margin itself nothing is shown: differences shifted down sum to 0 with any signs.
  #expect(EquivalenceTest([0.01, 0.01, 0.01], within: 0.01)?.p == 1)
  // 3 and −1 with a margin of 2: shifted up they are 5 and 1, the largest of four sums; shifted down they are
  // −1 and 3, which 2 of 4 sums reach.
  #expect(EquivalenceTest([3, -1], within: 2)?.p == 0.5)
  #expect(EquivalenceTest([0.1], within: 0) == nil && EquivalenceTest([], within: 1) == nil)
  #expect(EquivalenceTest([.nan], within: 1) == nil)
}

@Test func probabilitiesOfImprovementAgreeWithSciPy() throws {
  for one in try Reference().binomial {
    let interval = try #require(clopperPearson(one.successes, of: one.trials))
    #expect(abs(interval.low - one.low) < 1e-10 && abs(interval.high - one.high) < 1e-10, "\(one)")
  }
  #expect(clopperPearson(4, of: 3) == nil && clopperPearson(0, of: 0) == nil)
  // Three wins, a loss by any amount, and a tie that counts half.
  let cells = [0.1, 0.01, 0.2, -0.76, 0.1 + 0.2 - 0.3].enumerated().map {
    Cell(source: nil, seed: $0, value: $1)
  }
  let improvement = try #require(Improvement(cells, shared: false))
  #expect(improvement.probability == 0.7)
  #expect(improvement.interval == clopperPearson(3.5, of: 5))
  // Cells that share sources are resampled, and have no interval if all agree.
  let shared = (0..<3).flatMap { source in
    (0..<4).map { Cell(source: source, seed: $0, value: source == 2 ? -0.1 : 0.1) }
  }
  let crossed = try #require(Improvement(shared, shared: true))
  #expect(abs(crossed.probability - 2.0 / 3) < 1e-12)
  #expect(crossed.interval == Interval(low: 0, high: 1, kind: .bootstrap))
  #expect(Improvement(Array(shared.prefix(8)), shared: true)?.interval == nil)
}

@Test func interquartileMeansAgreeWithSciPy() throws {
  for one in try Reference().middle {
    #expect(abs(try #require(Summary(one.sample)).interquartileMean - one.mean) < 1e-12)
  }
  // Two of ten runs diverged: the mean falls by 15 points, but the middle half does not change.
  let wrecked = try #require(Summary([0, 0] + [Double](repeating: 0.75, count: 8)))
  #expect(wrecked.interquartileMean == 0.75 && abs(wrecked.mean - 0.6) < 1e-12)
}

@Test func powerAgreesWithSciPy() throws {
  let reference = try Reference()
  for one in reference.powers {
    let power = decisionPower(
      one.n, deviation: one.deviation, margin: one.margin, level: one.level)
    #expect(abs(power - one.power) < 0.002, "\(one): \(power)")
  }
  for one in reference.pairs {
    let pairs = pairsToDecide(
      deviation: one.deviation, margin: one.margin, level: one.level, sizes: one.low...one.high)
    #expect(pairs == one.pairs, "\(one)")
  }
  #expect(pairsToDecide(deviation: 1, margin: 1e-4, level: 0.05) == mostPairs)
  #expect(pairsToDecide(deviation: .nan, margin: 0.01, level: 0.05) == nil)
  #expect(pairsToDecide(deviation: 0.01, margin: 0, level: 0.05) == nil)
}

@Test func componentsOfVarianceAgreeWithLinearModels() throws {
  let reference = try Reference().components
  let values = zip(zip(reference.source, reference.seed), reference.values).map {
    (levels: [$0.0, $0.1], value: $1)
  }
  let components = try #require(VarianceComponents(["source", "seed"], values)).components
  #expect(components.map(\.factor) == ["source", "seed", "rest"])
  #expect(components.map(\.levels) == [3, 5, 15])
  for (ours, theirs) in zip(components, reference.deviations) {
    #expect(abs(ours.deviation - theirs) < 1e-12)
  }
  // By hand: the sources are at 0 and 2, with variance 2; seeds and rest have none.
  let plain = [([0, 0], 0.0), ([0, 1], 0), ([1, 0], 2), ([1, 1], 2)].map {
    (levels: $0.0, value: $0.1)
  }
  #expect(
    VarianceComponents(["source", "seed"], plain)?.components.map(\.deviation)
      == [sqrt(2), 0, 0])
  // With a missing cell, a repeated cell, one factor, or one level, components cannot be separated.
  #expect(VarianceComponents(["source", "seed"], plain.dropLast()) == nil)
  #expect(VarianceComponents(["source", "seed"], plain.dropLast() + [plain[0]]) == nil)
  #expect(VarianceComponents(["source"], plain.map { ([$0.levels[0]], $0.value) }) == nil)
  #expect(VarianceComponents(["source", "seed"], Array(plain.prefix(2))) == nil)
}
