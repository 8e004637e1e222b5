/// `--verify`: whether files still follow from each other. A history says what its commands read, by
/// digest; an output follows when each of those digests is that of a file given.

import Foundation
import HDF5
import Studies
import Tooling

/// The files given, by what they hash to, and what each of them was made from.
struct Verification {
  private struct Checked {
    let path: String
    /// Of an HDF5 file; nil for downloads, which nothing made.
    let history: History?
  }

  private var files: [Checked] = []
  private var digests: Set<String> = []

  /// Hashes every file, and reads the histories.
  init(_ paths: [String]) throws {
    for path in paths {
      let input = try Input(path: path)
      digests.insert(try input.sha256())
      let isHDF5 = try input.head(4) == [0x89, 0x48, 0x44, 0x46]
      let history = isHDF5 ? try History.of(input.openHDF5()) : nil
      files.append(Checked(path: path, history: history))
    }
  }

  /// Prints one line a file, tab-separated: what it is, and why it is no more than that.
  /// - Throws: `ToolError` when a file does not follow from the others.
  func report() throws {
    let output = try Output(path: "-", isText: true)
    var wrong = 0
    for file in files {
      let (state, reason) = verdict(file)
      if reason != nil { wrong += 1 }
      let words = [file.path, state, reason].compactMap(\.self).map(\.visible)
      try output.write(words.joined(separator: "\t") + "\n")
    }
    guard wrong == 0 else {
      throw ToolError(.data, "\(wrong) of \(files.count) files do not follow from what is there")
    }
  }

  private func verdict(_ file: Checked) -> (state: String, reason: String?) {
    guard let history = file.history else { return ("source", nil) }
    guard !history.entries.isEmpty else { return ("unknown", "it carries no history") }
    let missing = history.inputs.filter { !digests.contains($0.sha256) }
    guard let first = missing.first else { return ("follows", nil) }
    return (
      "does not follow",
      "\(first.tool) read another \(first.role), sha256:\(first.sha256.prefix(12))…"
    )
  }
}
