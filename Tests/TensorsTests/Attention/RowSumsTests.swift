// The spread of attention's rows, compared with loops in double precision and with values computed by hand.

import Foundation
import Tensors
import Testing

struct RowSumsTests {
  private func sums(_ setup: AttentionTests.Setup) -> Attention.RowSums {
    setup.attention.rowSums(
      setup.head, statistics: setup.kept.rows, scratch: setup.scratch.rows)
  }

  @Test(arguments: AttentionTests.shapes)
  func sumsAreTheFormulas(tokens: Int, heads: Int, width: Int) {
    let setup = AttentionTests.Setup(tokens, heads, width, head: heads - 1)
    let kept = setup.kept.values
    let found = sums(setup)
    #expect(found.rows == tokens)
    let x = setup.reference
    let entropies = x.probabilities.map { row in -row.reduce(0) { $0 + $1 * log($1) } }
    let variances = Reference.product(x.q, Reference.transpose(x.k)).map { row in
      let scores = row.map { $0 / Double(width).squareRoot() }
      let mean = scores.reduce(0, +) / Double(tokens)
      return scores.reduce(0) { $0 + pow($1 - mean, 2) } / Double(tokens)
    }
    func compare(_ found: Double, _ expected: [Double]) {
      let sum = expected.reduce(0, +)
      #expect(abs(found - sum) < 2e-6 * max(1, sum))
    }
    compare(found.entropy, entropies)
    compare(found.effectiveTokens, entropies.map(exp))
    compare(found.selfMass, x.probabilities.enumerated().map { $1[$0] })
    compare(found.scoreVariance, variances)
    // The backward pass still finds what it needs.
    #expect(setup.kept.values == kept)
    #expect(setup.qkv.isGuarded && setup.kept.isGuarded && setup.scratch.isGuarded)
  }

  @Test func queriesOfZeroAttendToAllTokensEqually() {
    let setup = AttentionTests.Setup(17, 2, 6, head: 1)
    for token in 0..<17 { for c in 0..<6 { setup.head.queries[token, c] = 0 } }
    let found = sums(setup)
    #expect(abs(found.entropy / 17 - log(17)) < 1e-6)
    #expect(abs(found.effectiveTokens / 17 - 17) < 2e-5)
    #expect(abs(found.selfMass - 1) < 1e-6)
    #expect(found.scoreVariance == 0)
  }

  /// The keys of token 3 are 100 and those of others 0, and queries are 1. Scores are 50 for token 3 and 0 for others, so
  /// each row attends to token 3 only.
  @Test func attentionToOneTokenCountsOne() {
    let setup = AttentionTests.Setup(20, 1, 4, head: 0)
    for token in 0..<20 {
      for c in 0..<4 {
        setup.head.queries[token, c] = c == 0 ? 1 : 0
        setup.head.keys[token, c] = c == 0 && token == 3 ? 100 : 0
      }
    }
    let found = sums(setup)
    #expect(abs(found.entropy) < 1e-6 && abs(found.effectiveTokens - 20) < 1e-6)
    #expect(abs(found.selfMass - 1) < 1e-6)
    let variance = 2500.0 / 20 - pow(50.0 / 20, 2)
    #expect(abs(found.scoreVariance / 20 - variance) < 1e-4)
  }

  /// Adding the same vector c to every key adds q·c/√h to all scores of a row.
  @Test func constantsAddedToARowDoNotCount() {
    let (plain, moved) = (
      AttentionTests.Setup(33, 1, 8, head: 0), AttentionTests.Setup(33, 1, 8, head: 0)
    )
    for token in 0..<33 { for c in 0..<8 { moved.head.keys[token, c] += Float(c) - 2 } }
    let (one, other) = (sums(plain), sums(moved))
    #expect(abs(one.scoreVariance - other.scoreVariance) < 1e-4)
    #expect(abs(one.entropy - other.entropy) < 1e-4)
  }

  @Test func rowOfNaNMakesTheSumsNaN() {
    let setup = AttentionTests.Setup(6, 1, 4, head: 0)
    setup.head.queries[2, 0] = .nan
    let found = sums(setup)
    #expect(found.entropy.isNaN && found.effectiveTokens.isNaN && found.selfMass.isNaN)
    #expect(found.scoreVariance.isNaN)
  }
}
