// Valid names of sets, and the default name.

import Foundation

/// The names of sets, which appear in tables, file names and histories.
package enum SetName {
  /// The reason why `name` cannot be the name of a set; nil when it can.
  package static func fault(_ name: String) -> String? {
    guard let first = name.first, let last = name.last else { return "is empty" }
    let isUnprintable = name.unicodeScalars.contains {
      [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
    }
    if isUnprintable { return "holds a line end or control character" }
    if first.isWhitespace || last.isWhitespace { return "begins or ends with a blank" }
    return nil
  }

  /// The default name of a set: its folder's or archive's name, without an archive's ending; for `.`, the folder's own.
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
