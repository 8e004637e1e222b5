// The description of a network in a .safetensors or .pth that these tools export.

import Networks
import StateDictionaries
import Tooling

/// The remarks `architecture`, `dropout`, `mean`, `std`, `side` and `history` of an exported state
/// dictionary. A network file has the same in attributes.
package struct ExportRemarks: Sendable {
  package let architecture: String
  /// Nil where the network had none.
  package let preparation: Network.Preparation?
  /// Nil in an export of version 0.1.0.
  package let dropout: Double?

  private enum Key: String {
    case architecture, dropout, mean, std, side, history
  }

  /// The remarks with which a network is exported, in the order in which they are written.
  static func text(
    _ architecture: Architecture, _ preparation: Network.Preparation, _ history: History
  ) -> [(key: String, value: String)] {
    let normalisation: [(Key, String)] =
      preparation.mean.isEmpty
      ? [] : [(.mean, preparation.mean.listed), (.std, preparation.std.listed)]
    let side: [(Key, String)] = preparation.side.map { [(.side, "\($0)")] } ?? []
    let all: [(Key, String)] =
      [(.architecture, architecture.name), (.dropout, "\(architecture.dropout)")]
      + normalisation + side + [(.history, history.entries.joined(separator: "\n"))]
    return all.map { (key: $0.rawValue, value: $1) }
  }

  /// Reads them; nil for a file of another program's.
  /// - Throws: `ToolError` naming the remark that is malformed.
  package init?(_ file: StateDictionary) throws {
    func remark(_ key: Key) -> String? { file.remarks[key.rawValue] }
    guard let name = remark(.architecture), remark(.history) != nil else { return nil }
    architecture = name
    dropout = try remark(.dropout).map { text in
      guard let rate = Double(text), rate >= 0, rate < 1 else {
        throw ToolError(.data, "\(file.file): its remark 'dropout' is not a rate below 1")
      }
      return rate
    }
    guard remark(.mean) != nil || remark(.std) != nil else {
      preparation = nil
      return
    }
    let side = try remark(.side).map { text in
      guard let side = Int(text), (1...4096).contains(side) else {
        throw ToolError(.data, "\(file.file): its remark 'side' is not 1 to 4096")
      }
      return side
    }
    preparation = Network.Preparation(
      side: side, mean: try Self.numbers(.mean, of: file), std: try Self.numbers(.std, of: file))
  }

  private static func numbers(_ key: Key, of file: StateDictionary) throws -> [Double] {
    let values = file.remarks[key.rawValue]?.list { Double($0) } ?? []
    let isInRange = values.allSatisfy { $0.isFinite && (key == .mean || $0 > 0) }
    guard values.count == Architecture.inputChannels, isInRange else {
      throw ToolError(.data, "\(file.file): its remark '\(key.rawValue)' is not three numbers")
    }
    return values
  }
}
