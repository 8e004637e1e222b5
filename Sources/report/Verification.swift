// Checks that files still follow from each other. A history records the digests of what its commands read; an output
// follows if each of these digests is that of a given file or folder.

import Foundation
import HDF5
import ImageFormats
import Studies
import Tooling

/// The files and folders given, by what they hash to, and what each of them was made from.
struct Verification {
  private struct Checked {
    let path: String
    let sha256: String
    /// The history of an HDF5 file; nil for downloads and folders, which no tool made.
    let history: History?
  }

  private let files: [Checked]
  /// Digests of everything given, and of every file in the folders given.
  private let digests: Set<String>
  /// Digests that the histories name.
  private let named: Set<String>

  /// Hashes every file, and reads the histories.
  init(_ paths: [String]) throws {
    var digests: Set<String> = []
    files = try paths.map { path in
      let checked =
        try Self.isFolder(path) ? Self.folder(path, adding: &digests) : Self.file(path)
      digests.insert(checked.sha256)
      return checked
    }
    self.digests = digests
    named = Set(files.flatMap { $0.history?.inputs ?? [] }.map(\.sha256))
  }

  private static func file(_ path: String) throws -> Checked {
    let input = try Input(path: path)
    let isHDF5 = try input.head(4) == [0x89, 0x48, 0x44, 0x46]
    let history = isHDF5 ? try History.of(input.openHDF5()) : nil
    return Checked(path: path, sha256: try input.sha256(), history: history)
  }

  /// A folder is read whole by `decode-images`, and by `extract-pretrained` file by file.
  private static func folder(_ path: String, adding digests: inout Set<String>) throws -> Checked {
    let list = try reporting(.data) {
      try FolderWalk.list(FolderWalk.files(below: path)) {
        let digest = try Input(path: $0.path).sha256()
        digests.insert(digest)
        return digest
      }
    }
    return Checked(
      path: path, sha256: try DigestFunction.sha256.digest(of: list), history: nil)
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Prints one tab-separated line for each file: its state, and the reason if it does not follow.
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
      throw ToolError(.data, "\(wrong) of \(files.count) files do not follow from the others")
    }
  }

  private func verdict(_ file: Checked) -> (state: String, reason: String?) {
    guard let history = file.history else { return ("source", nil) }
    guard !history.entries.isEmpty else {
      // An images file or a network of another program, from which others follow.
      return named.contains(file.sha256)
        ? ("source", nil) : ("unknown", "it has no history, and no other file was made from it")
    }
    let missing = history.inputs.filter { !digests.contains($0.sha256) }
    guard let first = missing.first else { return ("follows", nil) }
    return (
      "does not follow",
      "what \(first.tool) read as \(first.role), sha256:\(first.sha256.prefix(12))…, is missing or has changed"
    )
  }
}
