// The kinds of files that the stages write, for the check of what a command may replace.

import HDF5
import StateDictionaries
import Tooling

extension OutputKind {
  package static let images = hdf5("an images file") { FileKind($0) == .images }
  package static let network = hdf5("a network file") { FileKind($0) == .network }
  package static let features = hdf5("a features file") { FileKind($0) == .features }
  /// A checkpoint is read as a run, but a finished run does not replace one.
  package static let run = hdf5("a run file") {
    FileKind($0) == .run && !CheckpointFile.isCheckpoint($0)
  }
  package static let checkpoint = hdf5("a checkpoint", CheckpointFile.isCheckpoint)

  /// A state dictionary for PyTorch.
  package static func stateDictionary(_ format: StateDictionaryFormat) -> OutputKind {
    switch format {
    case .safetensors:
      OutputKind("a state dictionary", format: "safetensors", endings: ["safetensors"]) { input in
        // Eight bytes hold the length of the header, which is JSON.
        try Array(input.head(10).dropFirst(8)) == Array(#"{""#.utf8)
      }
    case .pth:
      OutputKind("a state dictionary", format: "PyTorch's", endings: ["pth", "pt"]) { input in
        // A zip whose first entry is NAME/data.pkl.
        let head = try input.head(512)
        return head.starts(with: Array("PK\u{3}\u{4}".utf8))
          && String(decoding: head, as: UTF8.self).contains("/data.pkl")
      }
    }
  }

  private static func hdf5(
    _ noun: String, _ isOne: @escaping @Sendable (File) -> Bool
  ) -> OutputKind {
    OutputKind(noun, format: "HDF5", endings: ["h5", "hdf5"]) { input -> String? in
      guard let file = try? input.openHDF5() else { return "something else" }
      if isOne(file) { return nil }
      if CheckpointFile.isCheckpoint(file) { return "a checkpoint" }
      return FileKind(file)?.noun ?? "something else"
    }
  }
}

extension StateDictionaryFormat {
  /// The format that the ending of a name asks for; nil where it asks for none of these.
  package init?(endingOf path: String) {
    let path = path.lowercased()
    if path.hasSuffix(".safetensors") {
      self = .safetensors
    } else if path.hasSuffix(".pth") || path.hasSuffix(".pt") {
      self = .pth
    } else {
      return nil
    }
  }
}
