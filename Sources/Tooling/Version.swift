// The version that every tool states and writes into the history of its outputs.

import CProcessor
import Foundation

/// The project's version (semantic versioning).
package let version = "0.2.0"

/// The processor that the build was made for. `--version` states it, but a history does not: the same
/// command is the same work on any processor.
package let buildTarget = String(cString: build_target())

/// The revision of the sources for `--version`, which `make` writes beside the tools after each build; nil for
/// tools that were built later or without `make`. A history does not state it either.
let sourceRevision: String? = {
  guard let tool = Bundle.main.executablePath else { return nil }
  let note = URL(fileURLWithPath: tool).deletingLastPathComponent()
    .appendingPathComponent(".revision").path
  func built(_ path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }
  guard let toolDate = built(tool), let noteDate = built(note), toolDate <= noteDate,
    let text = try? String(contentsOfFile: note, encoding: .utf8)
  else { return nil }
  return text.split(whereSeparator: \.isNewline).first.map { String($0).oneLine }
}()
