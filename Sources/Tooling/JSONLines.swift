/// Logs for programs: one JSON object a line (jsonlines.org), in the file as soon as it is written.

import Foundation

/// A log that grows line by line. A tool that is killed leaves whole lines, but for the last at most.
package final class JSONLines {
  private let name: String
  private let descriptor: Int32
  private var hasFailed = false

  /// Opens a log for appending.
  /// - Parameter continuing: keep what is there; else the file is emptied.
  package init(path: String, continuing: Bool) throws {
    name = path
    descriptor = open(
      path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | (continuing ? 0 : O_TRUNC), 0o666)
    guard descriptor >= 0 else { throw ToolError.system(.cannotCreate, path) }
    endLastLine()
  }

  deinit { close(descriptor) }

  /// Appends an object with its keys sorted, in snake_case. What cannot be written is no reason to
  /// stop working: the first failure is warned of, and nothing more is written.
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

  /// A line that an earlier process did not end would spoil the next.
  private func endLastLine() {
    let size = lseek(descriptor, 0, SEEK_END)
    var last: UInt8 = 0
    guard size > 0, pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") else {
      return
    }
    _ = write(descriptor, "\n", 1)
  }
}
