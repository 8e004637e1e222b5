// The kinds of files between the stages, recognised by contents that only they have.

import HDF5
import Tooling

/// Whether a file is one of those between the stages, of whichever kind.
package func isStageFile(_ file: File) -> Bool { FileKind(file) != nil }

enum FileKind {
  case images, network, run, features

  /// The kind of a file; nil for another program's file, and for one without these contents.
  init?(_ file: File) {
    let root = file.root
    if root.contains("train/images") {
      self = .images
    } else if RunFile.isRun(file) {
      self = .run
    } else if (try? root.attribute("kind")) != nil {
      self = .features
    } else if (try? root.attribute("architecture")) != nil {
      self = .network
    } else {
      return nil
    }
  }

  /// Refuses a file that is known to be of another kind.
  /// - Throws: `ToolError` that says what the file is, and how to make a file of the expected kind.
  static func require(_ wanted: [FileKind], _ file: File) throws {
    guard let found = FileKind(file), !wanted.contains(found), let first = wanted.first else {
      return
    }
    throw schemaError(file, "it is \(found.noun), where \(first.noun) is wanted: \(first.source)")
  }

  /// With its article, as messages call it.
  var noun: String {
    switch self {
    case .images: "an images file"
    case .network: "a network file"
    case .run: "a run file"
    case .features: "a features file"
    }
  }

  private var source: String {
    switch self {
    case .images: "decode-images makes it"
    case .network: "sample-init or extract-pretrained makes it"
    case .run: "train makes it"
    case .features: "compute-nfm or compute-agop makes it of a network"
    }
  }
}
