// The group `probe/blocks` of a run file, read and written.

import Foundation
import HDF5
import Measurements
import Networks
import Tooling

/// A transformer's blocks before training as a run file holds them: the group `blocks` within `probe`, Float64
/// [blocks, heads] of attention and [blocks] of the whole block, NaN where a number is not finite, with the number of
/// `tokens`.
struct BlocksGroup {
  /// In order; each has as many heads.
  let blocks: [BlockProbe]

  /// The datasets [blocks, heads].
  private enum HeadColumn: String, CaseIterable {
    case entropy
    case effectiveTokens = "effective_tokens"
    case selfMass = "self_mass"
    case scoreDeviation = "score_deviation"

    func value(_ head: HeadProbe) -> Double {
      switch self {
      case .entropy: head.entropy
      case .effectiveTokens: head.effectiveTokens
      case .selfMass: head.selfMass
      case .scoreDeviation: head.scoreDeviation
      }
    }

    /// The largest possible value with `tokens` tokens.
    func limit(tokens: Int) -> Double {
      switch self {
      case .entropy: log(Double(tokens))
      case .effectiveTokens: Double(tokens)
      case .selfMass: 1
      case .scoreDeviation: .infinity
      }
    }
  }

  /// The datasets [blocks].
  private enum BlockColumn: String, CaseIterable {
    case attentionRatio = "attention_ratio"
    case mlpRatio = "mlp_ratio"
    case gradientNorm = "gradient_norm"

    func value(_ block: BlockProbe) -> Double {
      switch self {
      case .attentionRatio: block.attentionRatio
      case .mlpRatio: block.mlpRatio
      case .gradientNorm: block.gradientNorm
      }
    }
  }

  init(_ blocks: [BlockProbe]) { self.blocks = blocks }

  /// Reads the group of a probe; nil if it has none, as in files of 0.1.0 and of other networks.
  ///
  /// - Parameters:
  ///   - probe: the group `probe`.
  ///   - architecture: the run's.
  /// - Throws: `ToolError` if it is not of this form, or of another network.
  init?(_ probe: Group, of architecture: Architecture) throws {
    guard probe.contains(Self.name) else { return nil }
    guard let network = architecture.transformer else {
      throw schemaError(
        probe.file, "'probe/\(Self.name)' is of a transformer, but this is \(architecture.name)")
    }
    let group = try probe.group(Self.name)
    let tokens = try group.required("tokens", "an integer", \.integer)
    guard tokens == network.tokens else {
      throw schemaError(
        probe.file, "'probe/\(Self.name)' is of \(tokens) tokens, the network of \(network.tokens)")
    }
    let (depth, count) = (network.depth, network.heads)
    func heads(_ column: HeadColumn) throws -> [Double] {
      try group.measured(
        column.rawValue, shape: [depth, count], limit: column.limit(tokens: tokens))
    }
    func blocks(_ column: BlockColumn) throws -> [Double] {
      try group.measured(column.rawValue, shape: [depth], limit: .infinity)
    }
    let (entropies, effective) = (try heads(.entropy), try heads(.effectiveTokens))
    let (masses, deviations) = (try heads(.selfMass), try heads(.scoreDeviation))
    let (attention, mlp) = (try blocks(.attentionRatio), try blocks(.mlpRatio))
    let norms = try blocks(.gradientNorm)
    self.blocks = (0..<depth).map { block in
      BlockProbe(
        name: VisionTransformer.block(block), tokens: tokens,
        heads: (block * count..<(block + 1) * count).map {
          HeadProbe(
            entropy: entropies[$0], effectiveTokens: effective[$0], selfMass: masses[$0],
            scoreDeviation: deviations[$0])
        },
        attentionRatio: attention[block], mlpRatio: mlp[block], gradientNorm: norms[block])
    }
  }

  /// Writes nothing where there are none.
  func write(to probe: Group) throws {
    guard let first = blocks.first else { return }
    let group = try probe.createGroup(Self.name)
    let heads = blocks.flatMap(\.heads)
    for column in HeadColumn.allCases {
      try group.write(
        heads.map(column.value), shape: [blocks.count, first.heads.count],
        to: column.rawValue)
    }
    for column in BlockColumn.allCases {
      try group.write(blocks.map(column.value), shape: [blocks.count], to: column.rawValue)
    }
    try group.setAttribute("tokens", .integer(first.tokens))
  }

  private static let name = "blocks"
}

extension Group {
  /// Reads measured numbers. Each is NaN or lies from 0 to a limit, up to the rounding of single precision over
  /// many tokens.
  fileprivate func measured(_ name: String, shape: [Int], limit: Double) throws -> [Double] {
    guard contains(name), try self.shape(of: name) == shape else {
      throw schemaError(file, "'probe/blocks/\(name)' is missing or not \(shape)")
    }
    let values = try read(name, as: Double.self).values
    for value in values where !value.isNaN {
      guard value >= -1e-4, value <= 1.01 * limit + 1e-4, value.isFinite else {
        let most = limit.isFinite ? "\(limit)" : "any finite number"
        throw schemaError(
          file, "'probe/blocks/\(name)' holds \(value), which is not from 0 to \(most)")
      }
    }
    return values
  }
}
