// The refusal of more images than a file has.

import Networks
import Tooling

extension LabelledImages {
  /// Checks that there are as many images as an option asks for.
  ///
  /// - Parameters:
  ///   - count: the option's value; nil: it was not given.
  ///   - kind: `training` or `test`.
  ///   - file: the name of the images file.
  /// - Throws: `ToolError` (usage) that says how many images there are.
  package func require(
    _ count: Int?, by option: String, _ kind: String, in file: String
  ) throws {
    guard let count, count > self.count else { return }
    throw ToolError(.usage, "\(option) \(count), but \(file) has \(self.count) \(kind) images")
  }
}
