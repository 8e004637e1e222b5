// The history of a file: one line for each command that led to it, as in NCO's `history`. It does not state
// where, when or with how many threads a command ran, so that the same work gives the same bytes.

import HDF5

/// The commands that led to a file, oldest first.
package struct History: Equatable, Sendable {
  /// The lines, one for each command: `compute-nfm 0.2.0 --power 1 < network sha256:…`.
  package private(set) var entries: [String]

  package init(entries: [String] = []) { self.entries = entries }

  /// The history that is stored in a file; empty when there is none.
  package static func of(_ file: File) throws -> History {
    let text = try file.root.attribute(attributeName)?.string ?? ""
    return History(entries: text.split(whereSeparator: \.isNewline).map(String.init))
  }

  /// The histories of several inputs joined in order, without entries that an earlier one has already.
  package static func merging(_ histories: [History]) -> History {
    var seen: Set<String> = []
    return History(entries: histories.flatMap(\.entries).filter { seen.insert($0).inserted })
  }

  /// This history and one more command.
  /// - Parameters:
  ///   - options: the options that affect the result, with their values; an empty value is a flag.
  ///   - inputs: the role of each input, and its SHA-256.
  package func appending(
    tool: String, options: [(String, String)], inputs: [(role: String, sha256: String)]
  ) -> History {
    var words = [tool, version]
    for (name, value) in options {
      words.append(name.hasPrefix("-") ? name : "--\(name)")
      if !value.isEmpty { words.append(Self.quoted(value)) }
    }
    if !inputs.isEmpty { words.append("<") }
    for input in inputs { words.append("\(input.role) sha256:\(input.sha256)") }
    return History(entries: entries + [words.joined(separator: " ").oneLine])
  }

  /// The inputs of all commands in the history: the tool, the input's role, and its SHA-256.
  package var inputs: [(tool: String, role: String, sha256: String)] {
    entries.flatMap(Self.inputs)
  }

  /// The inputs of the last command in the history, if it was of this tool, as in `inputs`.
  package func lastInputs(
    of tool: String
  ) -> [(tool: String, role: String, sha256: String)] {
    (entries.last.map(Self.inputs) ?? []).filter { $0.tool == tool }
  }

  private static func inputs(
    of entry: String
  ) -> [(tool: String, role: String, sha256: String)] {
    let words = entry.split(separator: " ").map(String.init)
    // Options may contain any word; the inputs are at the end.
    guard let tool = words.first, let start = words.lastIndex(of: "<") else { return [] }
    return zip(words[(start + 1)...], words[(start + 1)...].dropFirst()).compactMap {
      $1.hasPrefix("sha256:") ? (tool, $0, String($1.dropFirst("sha256:".count))) : nil
    }
  }

  /// Stores the history as an attribute of the root.
  package func write(to file: File) throws {
    try file.root.setAttribute(
      Self.attributeName, .string(entries.joined(separator: "\n")))
  }

  private static let attributeName = "history"

  /// A value quoted for a shell.
  private static func quoted(_ value: String) -> String {
    let isPlain = value.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "_-+=.,:/@%".contains($0))
    }
    return isPlain
      ? value
      // By code points: a quote with a combining mark also ends the shell's string.
      : "'" + value.unicodeScalars.map { $0 == "'" ? "'\\''" : String(Character($0)) }.joined()
        + "'"
  }
}
