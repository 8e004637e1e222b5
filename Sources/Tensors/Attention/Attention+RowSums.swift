// How attention's rows are spread, for measuring.

import Foundation

extension Attention {
  /// Sums over rows of attention, one for each token that asks; rows of several images may be added.
  package struct RowSums: Equatable, Sendable {
    /// Number of rows.
    package private(set) var rows = 0
    /// Σ of the rows' entropies −Σⱼ Pᵢⱼ ln Pᵢⱼ, in nats.
    package private(set) var entropy = 0.0
    /// Σ of exp(entropy): over how many tokens a row is spread, from 1 to T.
    package private(set) var effectiveTokens = 0.0
    /// Σ Pᵢᵢ: how much tokens attend to themselves.
    package private(set) var selfMass = 0.0
    /// Σ of the variances of the rows' scores q·k/√h, each about its row's mean: softmax does not see what is
    /// added to all scores of a row.
    package private(set) var scoreVariance = 0.0

    package init() {}

    package mutating func add(_ other: RowSums) {
      rows += other.rows
      entropy += other.entropy
      effectiveTokens += other.effectiveTokens
      selfMass += other.selfMass
      scoreVariance += other.scoreVariance
    }

    /// Adds a row of probabilities, token `own`'s.
    fileprivate mutating func add(probabilities p: UnsafePointer<Float>, count: Int, own: Int) {
      var entropy = 0.0
      for j in 0..<count where p[j] != 0 { entropy -= Double(p[j]) * log(Double(p[j])) }
      rows += 1
      self.entropy += entropy
      effectiveTokens += exp(entropy)
      selfMass += Double(p[own])
    }

    /// Adds the variance of a row's scores times `scale`.
    fileprivate mutating func add(scores s: UnsafePointer<Float>, count: Int, scale: Double) {
      let mean = (0..<count).reduce(0.0) { $0 + Double(s[$1]) } / Double(count)
      let squares = (0..<count).reduce(0.0) { sum, j in
        sum + (Double(s[j]) - mean) * (Double(s[j]) - mean)
      }
      scoreVariance += scale * scale * squares / Double(count)
    }
  }

  /// The sums over all rows of one head of one image.
  ///
  /// - Parameters:
  ///   - statistics: [T, 2], set as by `forward`
  ///   - scratch: one row of at least `scratch` floats
  package func rowSums(_ x: Head, statistics: Rows, scratch: Rows) -> RowSums {
    check(x, statistics: statistics, scratch: scratch)
    var sums = RowSums()
    eachScores(x, scratch: scratch) { part, scores in
      for r in 0..<part.count {
        sums.add(scores: scores.row(r), count: tokens, scale: Double(scale))
      }
      Softmax.probabilities(
        scores, tokens: tokens, scale: scale, statistics: statistics.rows(part))
      for r in 0..<part.count {
        sums.add(probabilities: scores.row(r), count: tokens, own: part.lowerBound + r)
      }
    }
    return sums
  }
}
