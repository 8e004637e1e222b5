// Attention and the residual branches of transformers before the first step.

import Measurements

/// A summary of a method's initial transformers: means over its runs.
package struct BlockSummary: Sendable, Codable, Equatable {
  /// The smallest number of effective tokens of a head.
  package let leastEffectiveTokens: Double
  /// The largest standard deviation of a head's scores.
  package let largestScoreDeviation: Double
  /// The largest ratio of what attention adds to the tokens that it is added to; the same for the MLP follows.
  package let largestAttentionRatio: Double
  package let largestMLPRatio: Double
  /// The norm of the loss's gradient in the first block, divided by that in the last.
  package let gradientRatio: Double

  /// Summarises runs; nil when no run has measured blocks.
  init?(_ runs: [RunRecord]) {
    let probes = runs.map(\.blocks).filter { !$0.isEmpty }
    guard !probes.isEmpty else { return nil }
    func mean(_ value: ([BlockProbe]) -> Double?) -> Double {
      probes.reduce(0) { $0 + (value($1) ?? .nan) } / Double(probes.count)
    }
    // The extreme is NaN if one of the numbers is.
    func most(_ values: [Double]) -> Double? {
      values.contains(where: \.isNaN) ? .nan : values.max()
    }
    leastEffectiveTokens = mean { blocks in
      most(blocks.flatMap(\.heads).map { -$0.effectiveTokens }).map { -$0 }
    }
    largestScoreDeviation = mean { most($0.flatMap(\.heads).map(\.scoreDeviation)) }
    largestAttentionRatio = mean { most($0.map(\.attentionRatio)) }
    largestMLPRatio = mean { most($0.map(\.mlpRatio)) }
    gradientRatio = mean { blocks in
      guard let first = blocks.first, let last = blocks.last else { return nil }
      return first.gradientNorm / last.gradientNorm
    }
  }
}

extension Study {
  /// The table of methods × blocks before the first step, with means over runs and heads; nil if no run has measured
  /// blocks.
  package func blockTable(on dataset: String) -> TextTable? {
    let methods = methods(on: dataset).map { method in
      (method, runs(of: method, on: dataset).map(\.blocks).filter { !$0.isEmpty })
    }
    let tokens = Set(methods.flatMap { $0.1.joined() }.map(\.tokens)).sorted()
    guard !tokens.isEmpty else { return nil }
    let ofTokens = tokens.map { "\($0)" }.joined(separator: " or ")
    return TextTable(
      [
        .init("method", isNumeric: false), .init("block", isNumeric: false, namesRows: true),
        .init("effective tokens of \(ofTokens)"), .init("self mass, %"),
        .init("deviation of scores"), .init("attention / stream"), .init("MLP / stream"),
        .init("gradient norm"),
      ],
      rows: methods.flatMap { method, probes -> [[String]] in
        guard let first = probes.max(by: { $0.count < $1.count }) else { return [] }
        return first.indices.map { index in
          let blocks = probes.filter { $0.indices.contains(index) }.map { $0[index] }
          func mean(_ value: (BlockProbe) -> Double) -> String {
            significant(blocks.reduce(0) { $0 + value($1) } / Double(blocks.count))
          }
          return [
            method, first[index].name, mean { $0.mean(\.effectiveTokens) },
            mean { 100 * $0.mean(\.selfMass) }, mean { $0.mean(\.scoreDeviation) },
            mean(\.attentionRatio), mean(\.mlpRatio), mean(\.gradientNorm),
          ]
        }
      })
  }

  /// The caption of `blockTable`, which explains its columns.
  package static let blockTableCaption =
    "Blocks before the first step on a batch of training images, means over heads and runs. Effective tokens: "
    + "number of tokens that a row of attention is spread over, the mean of exp(entropy); self mass: share of a token's "
    + "attention that is on itself; deviation of the scores within a row; root mean square of what attention and the "
    + "MLP add, divided by that of the tokens that they add to; norm of the loss's gradient with respect to the block's "
    + "parameters"
}
