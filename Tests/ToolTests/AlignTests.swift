// `sample-init --align` with the built tools: messages, outputs and errors.

import Foundation
import HDF5
import Schemas
import Testing

struct AlignTests {
  /// A folder with images.h5, source.h5 and source.nfm.h5. The source is twice as wide as the networks that are drawn.
  static func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try succeed(
      scratch.run(
        "sample-init", "--method", "kaiming-normal", "--images", "images.h5", "--architecture",
        "vgg:8,M,6,7,M", "--hidden", "4", "--seed", "9", "-o", "source.h5"))
    try succeed(scratch.run("compute-nfm", "source.h5", "-o", "source.nfm.h5"))
    return scratch
  }

  static let drawing = [
    "--images", "images.h5", "--architecture", "vgg:4,M,3,5,M", "--hidden", "4", "-o", "init.h5",
  ]

  static func labels(_ scratch: Scratch, _ name: String) throws -> Labels {
    try NetworkFile(File.open(scratch.file(name))).labels
  }

  @Test func alignedDrawReportsHowWellChannelsAgree() throws {
    let scratch = try Self.prepared()
    let drawn = try scratch.run(
      "sample-init",
      ["source.nfm.h5", "--method", "kaiming-nfm", "--align", "source.h5"] + Self.drawing)
    try succeed(drawn)
    #expect(
      drawn.errors.contains(
        "R² of the source's channels in the new ones: features.0 1.0, features.3 0."))
    #expect(!drawn.errors.contains("not computed from"))
    let labels = try Self.labels(scratch, "init.h5")
    #expect(labels.method == "kaiming-nfm-aligned")
    #expect(labels[.initMethod]?.string == "kaiming-nfm")
    #expect(labels[.initAlignRidge]?.double == 1e-3)
    #expect(Set(labels.explained.keys) == ["features.0", "features.3", "features.5"])
    #expect(labels.explained["features.0"] == 1)
    // The untrained source counts as a separate source, before its first epoch.
    #expect(labels[.sourceSeed]?.integer == 9 && labels[.sourceEpoch]?.integer == 0)
    try succeed(
      scratch.run(
        "train", "init.h5", "--images", "images.h5", "--epochs", "1", "-o", "run.h5"))
    let table = try scratch.run("report", "probe", "run.h5")
    #expect(table.text.contains("R² of channels"), "\(table.text)")
    #expect(table.text.contains("kaiming-nfm-aligned"))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
  func thePageShowsHowWellChannelsAgree() throws {
    let scratch = try Self.prepared()
    try succeed(
      scratch.run(
        "sample-init",
        ["source.nfm.h5", "--method", "nfm", "--align", "source.h5"] + Self.drawing))
    try succeed(
      scratch.run("train", "init.h5", "--images", "images.h5", "--epochs", "1", "-o", "run.h5"))
    try succeed(scratch.run("report", "table", "run.h5", "-o", "aligned"))
    let page = String(decoding: try scratch.read("aligned/index.html"), as: UTF8.self)
    #expect(page.contains("<h2 id=\"curves-0-2-heading\">Alignment before training"))
    #expect(
      scratch.names(in: "aligned").filter { $0.hasPrefix("alignment") }
        == ["alignment.gp", "alignment.png", "alignment.tsv"])
    let table = String(decoding: try scratch.read("aligned/alignment.tsv"), as: UTF8.self)
    let lines = table.split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(lines.dropFirst().map { $0[2] } == ["1", "2", "3"])
    #expect(lines[1][1] == "nfm-aligned" && lines[1][4] == "1")
    // The report's earlier figures are replaced.
    try succeed(scratch.run("report", "table", "run.h5", "-o", "aligned"))
  }

  @Test func copyIsAlignedWithoutFeatures() throws {
    let scratch = try Self.prepared()
    try succeed(
      scratch.run(
        "sample-init",
        ["--method", "copy", "--align", "source.h5", "--name", "mine"] + Self.drawing))
    #expect(try Self.labels(scratch, "init.h5").method == "mine")
  }

  /// Alignment on noise gives another network than alignment on images, except for the first layer, whose channels are the
  /// pixels. The file states that noise was used.
  @Test func noiseReplacesImages() throws {
    let scratch = try Self.prepared()
    func drawn(_ options: [String]) throws -> (first: [Float], second: [Float], noise: Int?) {
      try succeed(
        scratch.run(
          "sample-init", ["--method", "copy", "--align", "source.h5"] + options + Self.drawing))
      let file = try NetworkFile(File.open(scratch.file("init.h5")))
      return (
        file.network["features.0.weight"].values, file.network["features.3.weight"].values,
        file.labels[.initAlignNoise]?.integer
      )
    }
    let (images, noise) = (try drawn([]), try drawn(["--align-noise"]))
    #expect(images.first == noise.first && images.second != noise.second)
    #expect(images.noise == nil && noise.noise == 1)
  }

  @Test func featuresOfAnotherNetworkGiveAWarning() throws {
    let scratch = try Self.prepared()
    try succeed(
      scratch.run(
        "sample-init", "--method", "kaiming-normal", "--images", "images.h5", "--architecture",
        "vgg:8,M,6,7,M", "--hidden", "4", "--seed", "10", "-o", "other.h5"))
    let drawn = try scratch.run(
      "sample-init", ["source.nfm.h5", "--method", "nfm", "--align", "other.h5"] + Self.drawing)
    try succeed(drawn)
    #expect(drawn.errors.contains("the features were not computed from other.h5"))
  }

  /// An aligned network can be trained only on images of the side that it was drawn for.
  @Test func anotherSideInTrainingIsRefused() throws {
    let scratch = try Self.prepared()
    try succeed(
      scratch.run("sample-init", ["--method", "copy", "--align", "source.h5"] + Self.drawing))
    let trained = try scratch.run(
      "train", "init.h5", "--images", "images.h5", "--side", "16", "-o", "run.h5")
    #expect(trained.status == 64 && trained.errors.contains("--side"), "\(trained.errors)")
  }

  @Test(arguments: [
    (["--method", "kaiming-normal", "--align", "source.h5"], "draws nothing that depends", 64),
    (["--method", "select", "--align", "source.h5"], "draws nothing that depends", 64),
    (["--method", "copy", "--align-ridge", "0.1"], "--align-ridge needs --align NETWORK", 64),
    (["--method", "copy", "--align-noise"], "--align-noise needs --align NETWORK", 64),
    (
      ["--method", "copy", "--align", "source.h5", "--align-noise", "--scale", "balanced"],
      "noise (--align-noise) has none", 64
    ),
    (["--method", "copy", "--align", "source.h5", "--align-ridge=-1"], "is a share, 0 to 1e6", 64),
    (["--method", "copy", "--align", "source.h5", "--align-ridge", "1e300"], "0 to 1e6", 64),
    (["--method", "copy", "--align", "source.h5", "--align-cutoff", "1"], "share in [0, 1)", 64),
    (["--method", "copy", "--align", "source.h5", "--align-images", "0"], "1 or more", 64),
    (
      ["--method", "copy", "--align", "source.h5", "--source", "source.h5"], "leave out --source",
      64
    ),
    (["--method", "copy", "--align", "absent.h5"], "absent.h5: No such file", 66),
    (["--method", "copy", "--align", "images.h5"], "images.h5", 65),
    (["--method", "copy", "--align", "source.h5", "--align-images", "61"], "61 images", 65),
    (
      ["--method", "copy", "--align", "source.h5", "--scale", "balanced", "--head", "zero"],
      "no gradient arrives at 'features.0': it cannot be balanced", 65
    ),
  ]) func unsuitableAlignmentsAreRefused(_ options: [String], message: String, status: Int32) throws
  {
    let scratch = try Self.prepared()
    let refused = try scratch.run("sample-init", options + Self.drawing)
    #expect(refused.status == status, "\(refused.errors)")
    #expect(refused.errors.contains(message), "\(refused.errors)")
    #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("init.h5")))
  }

  @Test func imagesAreRequired() throws {
    let scratch = try Self.prepared()
    let refused = try scratch.run(
      "sample-init", "--method", "copy", "--align", "source.h5", "-o", "init.h5")
    #expect(refused.status == 64 && refused.errors.contains("--align needs images"))
  }
}
