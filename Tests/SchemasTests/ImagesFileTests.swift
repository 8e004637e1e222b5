// Images files, which are written in batches and read as a whole.

import HDF5
import Schemas
import Testing

@Suite struct ImagesFileTests {
  /// A file with three training images and one test image of 1×2 pixels. The first batch has two training images.
  private static func write(_ file: File, batches: [[UInt8]] = [[1, 2, 3, 4], [5, 6]]) throws {
    let writer = try ImagesFileWriter(file, height: 1, width: 2, channels: 1) {
      $0 == .train ? [0, 1, 1] : [1]
    }
    for batch in batches {
      try batch.withUnsafeBufferPointer { try writer.append($0, to: .train) }
    }
    try [7, 8].withUnsafeBufferPointer { try writer.append($0, to: .test) }
    try writer.finish(
      name: "dots", classes: ["off", "on"], mean: [0.25], std: [0.5],
      sources: [(role: "images", sha256: "ab")])
  }

  @Test func batchesBecomeOneFile() throws {
    let (images, sources) = try roundTrip {
      try Self.write($0)
    } _: { file in
      (try ImagesFile(file), try file.root.attribute("sources"))
    }
    #expect(images.name == "dots" && images.classes == ["off", "on"])
    #expect(images.mean == [0.25] && images.std == [0.5])
    #expect(images.train.pixels == [1, 2, 3, 4, 5, 6] && images.train.labels == [0, 1, 1])
    #expect(images.test.pixels == [7, 8] && images.test.labels == [1])
    #expect((images.train.height, images.train.width, images.train.channels) == (1, 2, 1))
    #expect(sources == .strings(["images sha256:ab"]))
  }

  @Test func missingImagesAreAnError() throws {
    #expect(throws: HDF5Error.self) {
      try roundTrip {
        try Self.write($0, batches: [[1, 2, 3, 4]])
      } _: { _ in
      }
    }
  }

  @Test func moreImagesThanLabelsAreRefused() throws {
    #expect(throws: HDF5Error.self) {
      try roundTrip {
        try Self.write($0, batches: [[1, 2, 3, 4], [5, 6, 7, 8]])
      } _: { _ in
      }
    }
  }

  @Test func greyNormalisationAppliesToThreeChannels() throws {
    let images = try roundTrip {
      try Self.write($0)
    } _: {
      try ImagesFile($0)
    }
    #expect(images.normalisation.mean == [0.25, 0.25, 0.25])
    #expect(images.normalisation.std == [0.5, 0.5, 0.5])
  }
}
