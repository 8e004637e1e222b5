// Logs for programs: one JSON object on each line (jsonlines.org), in the file as soon as it is written.

import Foundation

/// A log that grows line by line. If a tool is killed, at most the last line is incomplete.
package final class JSONLines {
  private let name: String
  private let descriptor: Int32
  private var hasFailed = false

  /// Opens a log for appending.
  /// - Parameter continuing: keep the existing lines; otherwise the file is emptied.
  package init(path: String, continuing: Bool) throws {
    name = path
    descriptor = open(
      path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | (continuing ? 0 : O_TRUNC), 0o666)
    guard descriptor >= 0 else { throw ToolError.system(.cannotCreate, path) }
    endLastLine()
  }

  deinit { close(descriptor) }

  /// Appends an object with its keys sorted, in snake_case. A failure to write does not stop the tool: the
  /// first failure gives a warning, and nothing more is written.
  package func append(_ object: some Encodable) {
    guard !hasFailed else { return }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let line = try encoder.encode(object) + Data("\n".utf8)
      try line.withUnsafeBytes { try writeAll($0, to: descriptor, name: name) }
    } catch {
      hasFailed = true
      Log.warn("\(ToolError(describing: error).message): the log ends here")
    }
  }

  /// Ends a line that an earlier process left incomplete, which would damage the next one.
  private func endLastLine() {
    let size = lseek(descriptor, 0, SEEK_END)
    var last: UInt8 = 0
    guard size > 0, pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") else {
      return
    }
    _ = write(descriptor, "\n", 1)
  }
}
