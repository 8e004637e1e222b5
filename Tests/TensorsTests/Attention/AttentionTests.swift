// Attention of one head compared with loops in double precision, and its gradients with finite differences of these loops.

import Foundation
import Tensors
import Testing

/// The output softmax(q·kᵀ/√h)·v in double precision.
struct AttentionReference {
  var q: [[Double]], k: [[Double]], v: [[Double]]

  var probabilities: [[Double]] {
    let scale = 1 / Double(q[0].count).squareRoot()
    return Reference.product(q, Reference.transpose(k)).map { row in
      let most = row.max() ?? 0
      let powers = row.map { exp(scale * ($0 - most)) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    }
  }

  var output: [[Double]] { Reference.product(probabilities, v) }

  /// The sum Σ slope·output.
  func loss(_ slope: [[Double]]) -> Double {
    zip(output, slope).reduce(0) { sum, row in
      sum + zip(row.0, row.1).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}

struct AttentionTests {
  static let shapes = [
    (tokens: 1, heads: 1, width: 3), (5, 2, 4), (16, 1, 16), (17, 3, 10), (33, 2, 32), (49, 4, 16),
    (65, 1, 33), (300, 1, 20),
  ]

  /// Head `head` of random activations, after a forward pass.
  struct Setup {
    let attention: Attention
    let qkv: GuardedRows, o: GuardedRows, kept: GuardedRows, scratch: GuardedRows
    let head: Attention.Head, output: Rows
    let range: Range<Int>

    init(_ tokens: Int, _ heads: Int, _ width: Int, head: Int, size: Float = 1) {
      attention = Attention(tokens: tokens, headWidth: width)
      qkv = GuardedRows(tokens, 3 * heads * width, seed: 40, size: size)
      o = GuardedRows(tokens, heads * width)
      kept = GuardedRows(tokens, Attention.statistics)
      scratch = GuardedRows(1, attention.scratch) { _, _ in .nan }
      self.head = Attention.Head(head, of: heads, in: qkv.rows)
      range = head * width..<(head + 1) * width
      output = o.rows.columns(range)
      attention.forward(self.head, into: output, statistics: kept.rows, scratch: scratch.rows)
    }

    var reference: AttentionReference {
      let d = qkv.rows.width / 3
      func part(_ i: Int) -> [[Double]] {
        qkv.values.map { Array($0[i * d + range.lowerBound..<i * d + range.upperBound]) }
      }
      return AttentionReference(q: part(0), k: part(1), v: part(2))
    }
  }

  @Test(arguments: shapes)
  func forwardIsTheFormula(tokens: Int, heads: Int, width: Int) {
    for head in Set([0, heads - 1]) {
      let setup = Setup(tokens, heads, width, head: head)
      #expect(
        Reference.distance(GuardedRows.values(setup.output), setup.reference.output) < 3e-6)
      // The columns of other heads are unchanged.
      for r in 0..<tokens {
        for c in 0..<heads * width where !setup.range.contains(c) {
          #expect(setup.o.rows[r, c] == 0)
        }
      }
      #expect(setup.o.isGuarded && setup.kept.isGuarded && setup.scratch.isGuarded)
      let p = GuardedRows(tokens, tokens)
      setup.attention.probabilities(
        setup.head, into: p.rows, statistics: setup.kept.rows, scratch: setup.scratch.rows)
      #expect(Reference.distance(p.values, setup.reference.probabilities) < 3e-6)
      #expect(p.isGuarded)
    }
  }

  private func gradients(_ setup: Setup, _ slope: GuardedRows, heads: Int, head: Int) -> GuardedRows
  {
    let gradient = GuardedRows(setup.qkv.rows.count, setup.qkv.rows.width)
    setup.attention.backward(
      slope.rows.columns(setup.range), setup.head, statistics: setup.kept.rows,
      into: Attention.Head(head, of: heads, in: gradient.rows), scratch: setup.scratch.rows)
    return gradient
  }

  @Test(arguments: [(4, 2, 3), (9, 1, 16), (18, 2, 5)])
  func backwardIsTheDerivative(tokens: Int, heads: Int, width: Int) {
    let head = heads - 1
    let setup = Setup(tokens, heads, width, head: head)
    let slope = GuardedRows(tokens, heads * width, seed: 41)
    let gradient = gradients(setup, slope, heads: heads, head: head)
    let dOutput = GuardedRows.values(slope.rows.columns(setup.range))
    let (reference, d) = (setup.reference, heads * width)
    let parts: [WritableKeyPath<AttentionReference, [[Double]]>] = [\.q, \.k, \.v]
    for (i, part) in parts.enumerated() {
      for r in 0..<tokens {
        for c in 0..<width {
          func loss(_ h: Double) -> Double {
            var moved = reference
            moved[keyPath: part][r][c] += h
            return moved.loss(dOutput)
          }
          let expected = (loss(1e-5) - loss(-1e-5)) / 2e-5
          let value = Double(gradient.rows[r, i * d + setup.range.lowerBound + c])
          #expect(abs(value - expected) < 1e-5, "part \(i), token \(r), column \(c)")
        }
      }
    }
    #expect(gradient.isGuarded && setup.scratch.isGuarded)
  }

  /// The gradients are compared with their formula in double precision, at sizes too large for finite differences.
  @Test(arguments: shapes)
  func backwardIsTheFormula(tokens: Int, heads: Int, width: Int) {
    let setup = Setup(tokens, heads, width, head: 0)
    let slope = GuardedRows(tokens, heads * width, seed: 42)
    let gradient = gradients(setup, slope, heads: heads, head: 0)
    let (x, p) = (setup.reference, setup.reference.probabilities)
    let dOutput = GuardedRows.values(slope.rows.columns(setup.range))
    let dp = Reference.product(dOutput, Reference.transpose(x.v))
    let scale = 1 / Double(width).squareRoot()
    let ds = p.indices.map { r in
      let mean = zip(p[r], dp[r]).reduce(0) { $0 + $1.0 * $1.1 }
      return zip(p[r], dp[r]).map { $0 * ($1 - mean) * scale }
    }
    let expected = [
      Reference.product(ds, x.k), Reference.product(Reference.transpose(ds), x.q),
      Reference.product(Reference.transpose(p), dOutput),
    ]
    let result = Attention.Head(0, of: heads, in: gradient.rows)
    for (rows, expected) in zip([result.queries, result.keys, result.values], expected) {
      #expect(Reference.distance(GuardedRows.values(rows), expected) < 1e-5)
    }
    // A gradient without the sum over a row is detected.
    let withoutSum = p.indices.map { r in zip(p[r], dp[r]).map { $0 * $1 * scale } }
    let queries = GuardedRows.values(result.queries)
    #expect(Reference.distance(queries, Reference.product(withoutSum, x.k)) > 1e-3)
  }

  @Test func scoresOfAnySizeDoNotOverflow() {
    let setup = Setup(20, 1, 8, head: 0, size: 1000)
    #expect(Reference.distance(GuardedRows.values(setup.output), setup.reference.output) < 1e-2)
  }

  @Test("A score of −∞ has the share 0, and a row with only −∞ or with NaN is NaN")
  func infinities() {
    let setup = Setup(6, 1, 4, head: 0)
    // The query of token 0 is (1, 0, 0, 0) and that of token 1 is NaN. The key of token 2 is (−∞, 0, 0, 0).
    for c in 0..<4 {
      setup.head.queries[0, c] = c == 0 ? 1 : 0
      setup.head.queries[1, c] = .nan
      setup.head.keys[2, c] = c == 0 ? -.infinity : 0
    }
    let p = GuardedRows(6, 6)
    func compute() {
      setup.attention.probabilities(
        setup.head, into: p.rows, statistics: setup.kept.rows, scratch: setup.scratch.rows)
    }
    compute()
    #expect(p.rows[0, 2] == 0)
    #expect(abs(p.values[0].reduce(0, +) - 1) < 1e-6)
    #expect(p.values[1].allSatisfy { $0.isNaN })
    for token in 0..<6 {
      for c in 0..<4 { setup.head.keys[token, c] = c == 0 ? -.infinity : 0 }
    }
    compute()
    #expect(p.values[0].allSatisfy { $0.isNaN })
  }

  @Test func softmaxOfRows() {
    let x = GuardedRows(3, 21, seed: 43, size: 30)
    let y = GuardedRows(3, 21)
    Softmax.forward(x.rows, into: y.rows)
    for (x, y) in zip(x.values, y.values) {
      let most = x.max() ?? 0
      let sum = x.reduce(0) { $0 + exp($1 - most) }
      for (x, y) in zip(x, y) { #expect(abs(y - exp(x - most) / sum) < 3e-7) }
    }
    #expect(y.isGuarded)
  }

  @Test("Shares are accurate down to the smallest normal number, and smaller ones are 0")
  func exponentialOverTheWholeRange() {
    let exponents = (0...2200).map { -Float($0) / 20 }
    let x = GuardedRows(1, exponents.count) { _, c in exponents[c] }
    let y = GuardedRows(1, exponents.count)
    Softmax.forward(x.rows, into: y.rows)
    let sum = exponents.reduce(0) { $0 + exp(Double($1)) }
    for (c, x) in exponents.enumerated() {
      let expected = exp(Double(x)) / sum
      #expect(abs(Double(y.rows[0, c]) - expected) <= 4e-7 * expected + 1.2e-38, "\(x)")
    }
  }
}
