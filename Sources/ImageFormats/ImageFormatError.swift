/// The one error of this module: a file that is not what it should be.

/// One line: the file's name, and what is wrong with it.
package struct ImageFormatError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The file, as the caller named it; a member of an archive as `archive.zip: folder/file.jpg`.
  package let file: String
  /// What is wrong, in one line without the file's name.
  package let problem: String

  /// An error that reads `file: problem`; line breaks and control characters, which hostile names
  /// may hold, become spaces.
  package init(_ file: String, _ problem: String) {
    self.file = Self.oneLine(file)
    self.problem = Self.oneLine(problem)
  }

  /// `file: problem`
  package var description: String { "\(file): \(problem)" }

  private static func oneLine(_ text: String) -> String {
    let clean = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
    let line = String(String.UnicodeScalarView(clean.prefix(400)))
    return line.isEmpty ? "(no name)" : line
  }
}
