// Error rates of verdicts, over 2,000 simulated studies from a fixed stream: ten seeds with a source
// each, a baseline and four methods that share each seed's effect, with Holm's correction over the four.

import Foundation
import Studies
import Testing

/// A generator of normal numbers by Box and Muller from SplitMix64, the same on every machine.
private struct Normal {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (Double((z ^ (z >> 31)) >> 11) + 0.5) / 0x1p53
  }

  mutating func next() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// A number from Student's t with two degrees of freedom, whose tails are so heavy that it has no variance.
  mutating func nextHeavy() -> Double {
    next() / (-log(uniform())).squareRoot()
  }
}

private let methods = ["agop", "copy", "kaiming-nfm", "nfm"]

private func isDifferent(_ comparison: Comparison) -> Bool {
  [.better, .worse, .probablyBetter, .probablyWorse].contains(comparison.verdict)
}

/// Whether equivalence is claimed, with or without a small difference.
private func isEquivalent(_ comparison: Comparison) -> Bool {
  comparison.isWithinMargin
    || [.equivalent, .probablyEquivalent].contains(comparison.verdict)
}

private func isDecided(_ comparison: Comparison) -> Bool {
  isDifferent(comparison) || isEquivalent(comparison)
}

/// The share of 2,000 studies in which something is claimed about any of the methods, which are `shift`
/// above the baseline. Every run, including the baseline's, has its own noise and the effect of its seed.
private func rate(
  of claim: (Comparison) -> Bool, shift: Double, pairs: Int = 10, methods: [String] = methods,
  noise: (inout Normal) -> Double
) throws -> Double {
  let studies = 2_000
  var random = Normal(seed: 20_261_128)
  var count = 0
  for _ in 0..<studies {
    var runs: [RunRecord] = []
    for seed in 1...pairs {
      let luck = 0.75 + 0.01 * random.next()
      runs.append(run("kaiming-normal", seed: seed, [luck + noise(&random)]))
      for method in methods {
        runs.append(run(method, seed: seed, source: 100 + seed, [luck + shift + noise(&random)]))
      }
    }
    let comparisons = try Study(runs).comparisons(to: "kaiming-normal", on: "cifar10")
    if comparisons.contains(where: claim) { count += 1 }
  }
  return Double(count) / Double(studies)
}

/// The range of a rate of 5 % in 2,000 studies. Methods that share a baseline, and tests that count patterns, have
/// a somewhat lower rate, but not zero.
private let fivePercent = 0.02...0.065

@Test func identicalMethodsAreRarelyFoundDifferent() throws {
  let normal = try rate(of: isDifferent, shift: 0) { 0.01 * $0.next() }
  #expect(fivePercent.contains(normal), "\(normal)")
  let heavy = try rate(of: isDifferent, shift: 0) { 0.01 * $0.nextHeavy() }
  #expect(fivePercent.contains(heavy), "\(heavy)")
  // Six pairs of four methods are too few for the exact test: the verdict is "probably", by the t test.
  let few = try rate(of: isDifferent, shift: 0, pairs: 6) { 0.01 * $0.next() }
  #expect(fivePercent.contains(few), "\(few)")
}

@Test func methodsAtTheMarginAreRarelyFoundEquivalent() throws {
  // The spread is so small that only the margin matters.
  let normal = try rate(of: isEquivalent, shift: defaultMargin) { 0.002 * $0.next() }
  #expect(fivePercent.contains(normal), "\(normal)")
  let heavy = try rate(of: isEquivalent, shift: defaultMargin) { 0.0005 * $0.nextHeavy() }
  #expect(fivePercent.contains(heavy), "\(heavy)")
  let few = try rate(of: isEquivalent, shift: -defaultMargin, pairs: 6) { 0.002 * $0.next() }
  #expect(fivePercent.contains(few), "\(few)")
}

@Test func theStatedNumberOfPairsDecidesWithTheStatedPower() throws {
  // Each of two runs has half of the variance of their difference.
  let deviation = 0.009
  let pairs = try #require(
    pairsToDecide(deviation: deviation, margin: defaultMargin, level: significanceLevel))
  for share in [0.0, 0.55, 1.0] {
    let decided = try rate(
      of: isDecided, shift: share * defaultMargin, pairs: pairs, methods: ["nfm"]
    ) { deviation / 2.0.squareRoot() * $0.next() }
    #expect(decided > 0.77, "\(share): \(decided)")
    if share == 0.55 { #expect(decided < 0.9, "\(decided)") }
  }
}
