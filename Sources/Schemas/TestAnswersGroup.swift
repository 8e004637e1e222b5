// The group `test` of a run file, read and written.

import HDF5
import Networks
import Tooling

extension TestAnswers {
  /// Reads the test predictions of a run; nil if it has none.
  ///
  /// - Throws: `ToolError` if there is not one label and one prediction for each image.
  init?(_ file: File) throws {
    let root = file.root
    guard root.contains("test/predictions") else { return nil }
    let shape = try root.shape(of: "test/predictions")
    guard shape.count == 1, root.contains("test/labels"),
      try root.shape(of: "test/labels") == shape
    else {
      throw schemaError(file, "'test/predictions' is not one class for each of 'test/labels'")
    }
    self.init(
      labels: try root.read("test/labels", as: UInt16.self).values,
      predictions: try root.read("test/predictions", as: UInt16.self).values)
  }

  /// Writes `test/labels` and `test/predictions`, UInt16 [images] each.
  package func write(to file: File) throws {
    try file.root.write(labels, shape: [labels.count], to: "test/labels")
    try file.root.write(predictions, shape: [predictions.count], to: "test/predictions")
  }
}
