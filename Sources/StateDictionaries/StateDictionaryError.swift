// The error of reading a file of unknown origin, in one line: the file's name, then the problem.

/// An error for a file that cannot be read, or that does not contain what it should.
package struct StateDictionaryError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file's name as the caller gave it.
  package let file: String
  /// The problem without the file's name, in one line of printable text.
  package let problem: String

  package init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  package var description: String { "\(file): \(problem)" }
}

/// Text from a file of unknown origin, made safe for an error message: at most 80 characters, and no control characters,
/// which could control the reader's terminal.
func printable(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars.prefix(80) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
      .surrogate:
      result += "?"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return text.unicodeScalars.count > 80 ? result + "…" : result
}
