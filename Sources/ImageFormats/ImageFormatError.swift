// The error of this module: a problem with a file.

/// An error about a file, in one line: its name and the problem.
package struct ImageFormatError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The file's name, as the caller gave it; for a member of an archive `archive.zip: folder/file.jpg`.
  package let file: String
  /// The problem, in one line without the file's name.
  package let problem: String

  /// Makes an error that reads `file: problem`; line breaks and control characters, which hostile names
  /// may contain, become spaces.
  package init(_ file: String, _ problem: String) {
    self.file = Self.oneLine(file)
    self.problem = Self.oneLine(problem)
  }

  /// The text `file: problem`.
  package var description: String { "\(file): \(problem)" }

  private static func oneLine(_ text: String) -> String {
    let clean = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
    let line = String(String.UnicodeScalarView(clean.prefix(400)))
    return line.isEmpty ? "(no name)" : line
  }
}
