// Messages of the tools to people: one line for each step, on standard error.

import Foundation
import Synchronization

/// The log of messages for people, on standard error. Data is never written to it.
package enum Log {
  private struct State {
    var tool = URL(fileURLWithPath: CommandLine.arguments.first ?? "").lastPathComponent
    var isQuiet = false
    var hasBar = false
  }

  private static let state = Mutex(State())

  /// Sets the name that starts every line; `Tool.main` does.
  static func begin(tool: String) { state.withLock { $0.tool = tool } }

  /// Shows only warnings and errors from now on (`--quiet`).
  static func beQuiet() { state.withLock { $0.isQuiet = true } }

  /// Prints `tool: text`, unless `--quiet`.
  package static func say(_ text: String) {
    state.withLock { if !$0.isQuiet { write(text, &$0) } }
  }

  /// Prints `tool: warning: text`, always.
  package static func warn(_ text: String) {
    state.withLock { write("warning: \(text)", &$0) }
  }

  /// Prints `tool: text`, always, for errors that do not end the tool at once.
  package static func fail(_ text: String) {
    state.withLock { write(text, &$0) }
  }

  /// Shows `line` as the terminal's last line until the next message; nil removes it.
  static func showBar(_ line: String?) {
    state.withLock { state in
      guard !state.isQuiet, line != nil || state.hasBar else { return }
      state.hasBar = line != nil
      standardError("\r" + (line ?? "") + "\u{1B}[K")
    }
  }

  private static func write(_ text: String, _ state: inout State) {
    let clearing = state.hasBar ? "\r\u{1B}[K" : ""
    state.hasBar = false
    standardError("\(clearing)\(state.tool): \(text.oneLine)\n")
  }

  /// Writes text to standard error. If it is closed, the tool continues.
  private static func standardError(_ text: String) {
    var text = text
    text.withUTF8 { try? writeAll(UnsafeRawBufferPointer($0), to: STDERR_FILENO, name: "") }
  }
}
