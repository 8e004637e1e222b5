// Writing a set to an images file, batch by batch.

import HDF5
import ImageFormats
import Schemas
import Tooling

extension ImageSet {
  /// Decodes all images into a new images file.
  ///
  /// - Parameter sources: digests of the files that the set is read from.
  /// - Throws: `ImageFormatError` if a source changes meanwhile; `ToolError` if a channel is constant.
  func write(to file: File, sources: [(role: String, sha256: String)], threads: Int) throws {
    let writer = try ImagesFileWriter(file, height: height, width: width, channels: channels) {
      labels($0 == .train ? .train : .test)
    }
    let bar = ProgressBar(
      label: "decoding", total: count(.train) + count(.test), unit: "images")
    var done = 0
    let statistics = try read(threads: threads) { batch in
      try writer.append(batch.images, to: batch.part == .train ? .train : .test)
      done += batch.rows.count
      bar.advance(to: done)
    }
    bar.finish()
    guard statistics.std.allSatisfy({ $0 > 0 }) else {
      throw ToolError(
        .data, "\(name): a channel is the same in all training images; there is nothing to learn")
    }
    try writer.finish(
      name: name, classes: classes, mean: statistics.mean, std: statistics.std, sources: sources)
  }
}
