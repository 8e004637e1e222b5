// The images file, written batch by batch.

import HDF5
import Tooling

/// Writes an images file whose pixels are still being decoded: labels first, then images as they are decoded,
/// and at the end the attributes that are known only then.
package struct ImagesFileWriter {
  /// The two parts of an images file, each a group.
  package enum Part: String, CaseIterable, Sendable { case train, test }

  private let file: File
  private let writers: [Part: DatasetWriter<UInt8>]

  /// Creates the datasets `images` and `labels` of both parts.
  ///
  /// - Parameter labels: those of a part, one an image, from 0.
  package init(
    _ file: File, height: Int, width: Int, channels: Int, labels: (Part) -> [UInt16]
  ) throws {
    self.file = file
    var writers: [Part: DatasetWriter<UInt8>] = [:]
    for part in Part.allCases {
      let labels = labels(part)
      writers[part] = try file.root.createDataset(
        "\(part.rawValue)/images", shape: [labels.count, height, width, channels], as: UInt8.self)
      try file.root.write(labels, shape: [labels.count], to: "\(part.rawValue)/labels")
    }
    self.writers = writers
  }

  /// Writes the next images of a part, [n, height, width, channels].
  /// - Throws: `HDF5Error` for what is not whole images, and for more images than labels.
  package func append(_ images: UnsafeBufferPointer<UInt8>, to part: Part) throws {
    try writers[part]?.appendRows(images)
  }

  /// Writes the attributes, after the last image.
  ///
  /// - Parameters:
  ///   - classes: names by label.
  ///   - mean: of the training images by channel, in [0, 1]; `std` likewise.
  ///   - sources: the files that the images are from, by role and digest.
  /// - Throws: `HDF5Error` if images are missing.
  package func finish(
    name: String, classes: [String], mean: [Double], std: [Double],
    sources: [(role: String, sha256: String)]
  ) throws {
    for part in Part.allCases { try writers[part]?.finish() }
    let root = file.root
    try root.setAttribute("name", .string(name))
    try root.setAttribute("classes", .strings(classes))
    try root.setAttribute("mean", .doubles(mean))
    try root.setAttribute("std", .doubles(std))
    try root.setAttribute(
      "sources", .strings(sources.map { "\($0.role) sha256:\($0.sha256)" }))
  }
}
