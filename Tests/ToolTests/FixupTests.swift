// The tools on residual networks without batch normalisation: drawing, training, resuming, measuring, and drawing from a
// trained network.

import Foundation
import HDF5
import Networks
import Schemas
import Testing

struct FixupTests {
  static let architecture = "resnet8@0.25:norm=none"

  /// A folder with images.h5, init.h5 (drawn by `fixup`), run.h5 (four epochs), and batch.h5, a trained network with batch
  /// normalisation.
  static let scratch: Scratch? = try? prepared()

  static func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", side: 12, channels: 3)
    try succeed(draw(scratch, "init.h5", "--method", "fixup"))
    try succeed(scratch.run("train", training("init.h5", "run.h5", epochs: 4)))
    try succeed(
      scratch.run(
        "sample-init", "--method", "kaiming-normal", "--architecture", "resnet8@0.25", "--images",
        "images.h5", "-o", "start.h5"))
    try succeed(scratch.run("train", training("start.h5", "batch.h5", epochs: 1)))
    return scratch
  }

  static func draw(_ scratch: Scratch, _ name: String, _ words: String...) throws -> ToolResult {
    try scratch.run(
      "sample-init",
      words + ["--architecture", architecture, "--images", "images.h5", "-o", name])
  }

  static func training(_ input: String, _ output: String, epochs: Int, _ more: String...)
    -> [String]
  {
    [
      input, "--images", "images.h5", "--batch", "16", "--learning-rate", "0.05", "--epochs",
      "\(epochs)", "-o", output,
    ] + more
  }

  func scratch() throws -> Scratch { try #require(Self.scratch) }

  /// The mean square of a weight.
  func size(_ network: Network, _ name: String) -> Double {
    let values = network[name].values
    return values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)
  }

  /// The variances are those outside the branches, in their first convolutions, and in their second convolutions.
  @Test("fixup draws with variance 2/fan_out, with a third of it, and zeros")
  func sizes() throws {
    let network = try scratch().network("init.h5")
    // fan_out of each, and its share of 2/fan_out.
    let expected: [(name: String, fanOut: Double, share: Double)] = [
      ("conv1", 36, 1), ("layer1.0.conv1", 36, 1 / 3), ("layer3.0.conv1", 144, 1 / 3),
      ("layer3.0.downsample.0", 16, 1), ("layer2.0.conv2", 72, 0),
    ]
    for (map, fanOut, share) in expected {
      let (name, variance) = (map + ".weight", 2 * share / fanOut)
      // The bound is three standard deviations of the mean square of equally many normal numbers.
      let bound = 3 * variance * (2 / Double(network[name].values.count)).squareRoot()
      #expect(abs(size(network, name) - variance) <= bound, "\(name)")
    }
    for parameter in network.architecture.others {
      #expect(network[parameter.name].values == [parameter.name.hasSuffix(".scale") ? 1 : 0])
    }
  }

  @Test func trainingLearnsScalars() throws {
    let scratch = try scratch()
    let run = try scratch.network("run.h5")
    #expect(run.architecture.name == Self.architecture)
    for parameter in run.architecture.others {
      #expect(
        run[parameter.name].values != [parameter.name.hasSuffix(".scale") ? 1 : 0],
        "\(parameter.name)")
    }
    let summary = try RunSummary(File.open(scratch.file("run.h5")))
    #expect((summary.epochs.map(\.validationAccuracy).max() ?? 0) > 0.9)
  }

  @Test("An interrupted run continues to the same bytes, on another number of threads")
  func resuming() throws {
    let scratch = try scratch()
    try succeed(
      scratch.run("train", Self.training("init.h5", "resumed.h5", epochs: 2, "--keep-checkpoint")))
    try succeed(
      scratch.run("train", Self.training("init.h5", "resumed.h5", epochs: 4, "--threads", "1")))
    #expect(try scratch.read("resumed.h5") == scratch.read("run.h5"))
  }

  @Test("A branch that starts at zero is no fault, another layer without gradient is")
  func probe() throws {
    let scratch = try scratch()
    let probe = try scratch.run("report", "probe", "run.h5")
    try succeed(probe)
    #expect(probe.text.contains("layer3.0.downsample.0") && !probe.text.contains("nan"))
    let faults = try File.open(scratch.file("run.h5")).root.group("probe").attribute("warnings")
    let found = faults?.strings ?? []
    #expect(!found.contains { $0.contains(".conv2") || $0.contains("no gradient") }, "\(found)")
    try succeed(Self.draw(scratch, "zeros.h5", "--method", "zero"))
    let zeros = try scratch.run(
      "train", Self.training("zeros.h5", "zeros.run.h5", epochs: 1))
    for map in ["layer1.0.conv1", "layer1.0.conv2"] {
      #expect(zeros.errors.contains("\(map): no gradient arrives"), "\(zeros.errors)")
    }
  }

  @Test("Sources with batch normalisation fit, and --scale default gives draws Fixup's sizes")
  func otherMethods() throws {
    let scratch = try scratch()
    try succeed(scratch.run("compute-nfm", "batch.h5", "-o", "nfm.h5"))
    try succeed(Self.draw(scratch, "own.h5", "nfm.h5", "--method", "kaiming-nfm"))
    try succeed(
      Self.draw(scratch, "sized.h5", "nfm.h5", "--method", "kaiming-nfm", "--scale", "default"))
    let (own, sized) = (try scratch.network("own.h5"), try scratch.network("sized.h5"))
    #expect(size(own, "layer2.0.conv2.weight") > 0 && size(sized, "layer2.0.conv2.weight") == 0)
    // The same draw: fan_in 36 and fan_out 72, and one of three blocks.
    let ratio = size(sized, "layer2.0.conv1.weight") / size(own, "layer2.0.conv1.weight")
    #expect(abs(ratio - 36.0 / 72 / 3) < 1e-5)
    for method in [["spatial", "nfm.h5"], ["orthogonal"], ["patches"], ["lsuv"]] {
      try succeed(
        scratch.run(
          "sample-init",
          ["--method"] + method + [
            "--architecture", Self.architecture, "--images", "images.h5", "-o", "\(method[0]).h5",
          ]))
    }
  }

  @Test("Features, an aligned draw and a copy of a trained network")
  func asASource() throws {
    let scratch = try scratch()
    try succeed(scratch.run("compute-nfm", "run.h5", "-o", "own-nfm.h5"))
    try succeed(
      scratch.run(
        "compute-agop", "run.h5", "--images", "images.h5", "--count", "8", "-o", "own-agop.h5"))
    let aligned = try scratch.run(
      "sample-init", "own-agop.h5", "--method", "kaiming-agop", "--align", "run.h5", "--images",
      "images.h5", "--architecture", "resnet8@0.125:norm=none", "-o", "aligned.h5")
    try succeed(aligned)
    #expect(aligned.errors.contains("layer2.0.downsample.0 "), "\(aligned.errors)")
    try succeed(
      Self.draw(scratch, "copy.h5", "--method", "copy", "--source", "run.h5", "--head", "copy"))
    #expect(try scratch.network("copy.h5").parameters == scratch.network("run.h5").parameters)
    try succeed(
      Self.draw(
        scratch, "part.h5", "--method", "copy", "--source", "run.h5", "--layers", "layer2.0.conv2"))
    let (part, run) = (try scratch.network("part.h5"), try scratch.network("run.h5"))
    #expect(part["layer2.0.scale"] == run["layer2.0.scale"])
    #expect(part["layer2.0.bias1a"].values == [0] && part["layer1.0.scale"].values == [1])
  }

  static let refusals: [(words: [String], says: String)] = [
    (
      ["--method", "fixup", "--architecture", "resnet8@0.25"],
      "'fixup' is of residual networks with norm=none, which resnet8@0.25 is not"
    ),
    (["--method", "fixup", "--architecture", "vgg11@0.125"], "with norm=none"),
    (
      ["--method", "copy", "--source", "batch.h5", "--architecture", architecture],
      "norm=none would not compute what the source does, which has norm=batch"
    ),
    (
      ["--method", "copy", "--source", "run.h5", "--architecture", "resnet8@0.25"],
      "norm=batch would not compute what the source does, which has norm=none"
    ),
  ]

  @Test(arguments: refusals.indices)
  func refused(_ index: Int) throws {
    let scratch = try scratch()
    let (words, says) = Self.refusals[index]
    let outcome = try scratch.run(
      "sample-init", words + ["--images", "images.h5", "-o", "no.h5"])
    #expect(outcome.status == 65 && outcome.errors.contains(says), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    let gain = try scratch.run("compute-nfm", "run.h5", "--gain", "folded", "-o", "no.h5")
    #expect(gain.status != 0 && gain.errors.contains("normalisation"), "\(gain.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("no.h5")))
  }

  /// Each map, then the scalars beside it. Running statistics are no parameters.
  @Test("report network names the scalars")
  func summary() throws {
    let scratch = try scratch()
    let table = try scratch.run("report", "network", "init.h5", "--format", "csv")
    try succeed(table)
    let rows = table.text.split(separator: "\n").map {
      $0.split(separator: ",").prefix(3).joined(separator: " ")
    }
    #expect(
      Array(rows[1...6]) == [
        "conv1 4×3×3×3 108", "scalars of conv1 1 1", "layer1.0.conv1 4×4×3×3 144",
        "scalars of layer1.0.conv1 1 2", "layer1.0.conv2 4×4×3×3 144",
        "scalars of layer1.0.conv2 1 3",
      ])
    let batch = try scratch.run("report", "network", "start.h5", "--format", "csv")
    #expect(batch.text.contains("\nconv1,4×3×3×3,108,27,4,"), "\(batch.text)")
    #expect(batch.text.contains("\nbn1,4,8,"), "\(batch.text)")
  }
}
