/// What a .safetensors or .pth that these tools exported says of its network.

import Networks
import StateDictionaries
import Tooling

/// The remarks `architecture`, `dropout`, `mean`, `std` and `side`, as `extract-pretrained --export` writes them.
struct ExportRemarks {
  let architecture: String
  /// Nil where the network had none.
  let preparation: Network.Preparation?
  /// Nil in an export of version 0.1.0.
  let dropout: Double?

  /// Nil for a file of another program's.
  /// - Throws: `ToolError` naming the remark that is malformed.
  init?(_ file: StateDictionary) throws {
    guard let name = file.remarks["architecture"], file.remarks["history"] != nil else {
      return nil
    }
    architecture = name
    dropout = try file.remarks["dropout"].map { text in
      guard let rate = Double(text), rate >= 0, rate < 1 else {
        throw ToolError(.data, "\(file.file): its remark 'dropout' is not a rate below 1")
      }
      return rate
    }
    guard file.remarks["mean"] != nil || file.remarks["std"] != nil else {
      preparation = nil
      return
    }
    let side = try file.remarks["side"].map { text in
      guard let side = Int(text), (1...4096).contains(side) else {
        throw ToolError(.data, "\(file.file): its remark 'side' is not 1 to 4096")
      }
      return side
    }
    preparation = Network.Preparation(
      side: side, mean: try Self.numbers("mean", of: file), std: try Self.numbers("std", of: file))
  }

  private static func numbers(_ key: String, of file: StateDictionary) throws -> [Double] {
    let values = file.remarks[key]?.split(separator: ",").map { Double($0) ?? .nan } ?? []
    let isInRange = values.allSatisfy { $0.isFinite && (key == "mean" || $0 > 0) }
    guard values.count == Architecture.inputChannels, isInRange else {
      throw ToolError(.data, "\(file.file): its remark '\(key)' is not three numbers")
    }
    return values
  }
}
