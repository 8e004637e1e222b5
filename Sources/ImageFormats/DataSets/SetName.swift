/// What a set may be called, and what it is called when its user does not say.

import Foundation

/// Names of sets: they stand in tables, in file names and in histories.
package enum SetName {
  /// Why `name` cannot be a set's; nil when it can.
  package static func fault(_ name: String) -> String? {
    guard let first = name.first, let last = name.last else { return "is empty" }
    let isUnprintable = name.unicodeScalars.contains {
      [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
    }
    if isUnprintable { return "holds a line end or control character" }
    if first.isWhitespace || last.isWhitespace { return "begins or ends with a blank" }
    return nil
  }

  /// The name of a folder or archive, without an archive's ending; `.` has its folder's own name.
  static func suggested(by path: String) throws -> String {
    var name = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
    let endings = [".tar.gz", ".tgz", ".tar", ".zip"]
    if let ending = endings.first(where: { name.lowercased().hasSuffix($0) }) {
      name = String(name.dropLast(ending.count))
    }
    if let fault = name == "/" ? "is none" : fault(name) {
      throw ImageFormatError(
        path, "the set would be called after it, but that name \(fault): give --name")
    }
    return name
  }
}
