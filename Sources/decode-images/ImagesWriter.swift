/// The images file, written batch by batch.

import HDF5
import ImageFormats
import Tooling

/// Streams a set into a file.
struct ImagesWriter {
  private let set: ImageSet
  private let threads: Int

  init(_ set: ImageSet, threads: Int) {
    self.set = set
    self.threads = threads
  }

  func write(to file: File) throws {
    let root = file.root
    var writers: [DatasetWriter<UInt8>] = []
    for (part, name) in [(ImageSet.Part.train, "train"), (.test, "test")] {
      let shape = [set.count(part), set.height, set.width, set.channels]
      writers.append(try root.createDataset("\(name)/images", shape: shape, as: UInt8.self))
      try root.write(set.labels(part), shape: [set.count(part)], to: "\(name)/labels")
    }
    let bar = ProgressBar(
      label: "decoding", total: set.count(.train) + set.count(.test), unit: "images")
    var done = 0
    let statistics = try set.read(threads: threads) { batch in
      try writers[batch.part.rawValue].appendRows(batch.images)
      done += batch.rows.count
      bar.advance(to: done)
    }
    bar.finish()
    for writer in writers { try writer.finish() }
    guard statistics.std.allSatisfy({ $0 > 0 }) else {
      throw ToolError(
        .data,
        "\(set.name): a channel is the same in all training images; there is nothing to learn")
    }
    try root.setAttribute("name", .string(set.name))
    try root.setAttribute("classes", .strings(set.classes))
    try root.setAttribute("mean", .doubles(statistics.mean))
    try root.setAttribute("std", .doubles(statistics.std))
  }
}
