/// The version that every tool states and writes into the history of its outputs.

import CProcessor
import Foundation

/// The project's version (semantic versioning).
package let version = "0.1.0"

/// What the build may assume of the processor. `--version` states it, a history does not: the same
/// command is the same work whatever it runs on.
package let buildTarget = String(cString: build_target())

/// The revision of the sources, as `make` notes it beside the tools after each build, for
/// `--version`; nil for tools that were built since, or otherwise. Nor does a history state it.
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
