// The tools on residual networks: drawing, training, resuming, measuring, and drawing from a trained network.

import Foundation
import HDF5
import Networks
import Schemas
import Testing

struct ResidualNetworkTests {
  static let architecture = "resnet8@0.25"

  /// A folder with images.h5, init.h5, run.h5 (four epochs), nfm.h5 and agop.h5.
  static let scratch: Scratch? = try? prepared()

  static func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", side: 12, channels: 3)
    try draw(scratch, "init.h5", "--method", "kaiming-normal")
    try succeed(scratch.run("train", training("run.h5", epochs: 4)))
    try succeed(scratch.run("compute-nfm", "run.h5", "-o", "nfm.h5"))
    try succeed(
      scratch.run(
        "compute-agop", "run.h5", "--images", "images.h5", "--count", "8", "-o", "agop.h5"))
    return scratch
  }

  @discardableResult
  static func draw(_ scratch: Scratch, _ name: String, _ words: String...) throws -> String {
    let outcome = try scratch.run(
      "sample-init",
      words + ["--architecture", architecture, "--images", "images.h5", "-o", name])
    try succeed(outcome)
    return outcome.errors
  }

  static func training(_ output: String, epochs: Int, _ more: String...) -> [String] {
    [
      "init.h5", "--images", "images.h5", "--batch", "16", "--learning-rate", "0.05", "--epochs",
      "\(epochs)", "-o", output,
    ] + more
  }

  func scratch() throws -> Scratch { try #require(Self.scratch) }

  @Test func trainingChangesRunningStatistics() throws {
    let scratch = try scratch()
    let (start, run) = (try scratch.network("init.h5"), try scratch.network("run.h5"))
    #expect(run.architecture.name == Self.architecture && run.architecture.dropout == 0)
    for name in [
      "bn1.weight", "bn1.running_mean", "layer3.0.downsample.1.running_var", "conv1.weight",
    ] {
      #expect(run[name] != start[name], "\(name)")
    }
    let summary = try RunSummary(File.open(scratch.file("run.h5")))
    #expect((summary.epochs.map(\.validationAccuracy).max() ?? 0) > 0.9)
  }

  @Test func checkpointContainsRunningStatistics() throws {
    let scratch = try scratch()
    let short = Self.training("resumed.h5", epochs: 2, "--keep-checkpoint")
    try succeed(scratch.run("train", short))
    let checkpoint = try File.open(scratch.file("resumed.h5.checkpoint")).root
    #expect(
      checkpoint.contains("bn1.running_mean") && !checkpoint.contains("momentum/bn1.running_mean"))
    #expect(checkpoint.contains("momentum/bn1.weight"))
    try succeed(scratch.run("train", Self.training("resumed.h5", epochs: 4, "--threads", "1")))
    #expect(try scratch.read("resumed.h5") == scratch.read("run.h5"))
  }

  /// With images, the running statistics are measured in the new network; without, they are 0 and 1. Gains are 1 and biases
  /// are 0.
  @Test func newNetworksMeasureTheirRunningStatistics() throws {
    let scratch = try scratch()
    let measured = try Self.draw(scratch, "measured.h5", "--method", "kaiming-normal")
    #expect(measured.contains("running means and variances are measured on training images"))
    let plain = try scratch.run(
      "sample-init", "--method", "kaiming-normal", "--architecture", Self.architecture, "-o",
      "plain.h5")
    try succeed(plain)
    #expect(plain.errors.contains("running means are 0 and running variances 1"))
    let (one, other) = (try scratch.network("measured.h5"), try scratch.network("plain.h5"))
    for map in one.architecture.body {
      let norm = try #require(map.batchNorm)
      #expect(one[map.weight] == other[map.weight])
      #expect(one[norm + ".weight"].values.allSatisfy { $0 == 1 })
      #expect(one[norm + ".bias"].values.allSatisfy { $0 == 0 })
      #expect(other[norm + ".running_mean"].values.allSatisfy { $0 == 0 })
      #expect(other[norm + ".running_var"].values.allSatisfy { $0 == 1 })
      #expect(one[norm + ".running_mean"].values.contains { $0 != 0 })
    }
  }

  @Test(
    "Methods that draw convolutions",
    arguments: [
      ["xavier-normal"], ["orthogonal"], ["lsuv"], ["patches"],
      ["kaiming-normal", "--scale", "output"],
      ["nfm", "nfm.h5"], ["kaiming-agop", "agop.h5"], ["spectrum", "nfm.h5"],
      ["spatial", "agop.h5"],
      ["permuted", "--source", "run.h5"], ["rotated", "--source", "run.h5"],
      ["nfm", "nfm.h5", "--scale", "source"], ["agop", "agop.h5", "--layers", "layer1"],
      ["kaiming-normal", "--head", "zero"],
    ])
  func methods(_ words: [String]) throws {
    let scratch = try scratch()
    let name = "\(UUID().uuidString).h5"
    let outcome = try scratch.run(
      "sample-init",
      ["--method"] + words + [
        "--architecture", Self.architecture, "--images", "images.h5", "-o", name,
      ])
    try succeed(outcome)
    let network = try scratch.network(name)
    let kaiming = try scratch.network("init.h5")
    // With equal numbers of input and output channels, Xavier's variance is Kaiming's.
    let isKaiming =
      ["kaiming-normal", "xavier-normal"].contains(words[0]) && !words.contains("output")
    #expect(
      (network["layer1.0.conv1.weight"] == kaiming["layer1.0.conv1.weight"]) == isKaiming)
    // Excluded layers are drawn as by kaiming-normal.
    #expect(
      (network["layer2.0.conv1.weight"] == kaiming["layer2.0.conv1.weight"])
        == (words.contains("--layers") || words.contains("--head")))
    // Each map's output has unit deviation.
    guard words == ["lsuv"] || words.contains("output") else { return }
    let variances = network["layer3.0.bn1.running_var"].values
    let means = network["layer3.0.bn1.running_mean"].values
    let mean = means.reduce(0, +) / Float(means.count)
    let total =
      zip(variances, means).reduce(0) { $0 + $1.0 + ($1.1 - mean) * ($1.1 - mean) }
      / Float(means.count)
    #expect(abs(total - 1) < 0.02)
  }

  @Test func copyComputesTheFunctionOfTheSource() throws {
    let scratch = try scratch()
    let said = try Self.draw(
      scratch, "copy.h5", "--method", "copy", "--source", "run.h5", "--head", "copy")
    #expect(!said.contains("running"))
    #expect(try scratch.network("copy.h5").parameters == scratch.network("run.h5").parameters)
  }

  /// The source is wider and deeper. Maps without a partner are drawn by kaiming-normal.
  @Test func drawsAreAlignedWithOtherChannels() throws {
    let scratch = try scratch()
    func aligned(_ architecture: String, _ more: String...) throws -> ToolResult {
      try scratch.run(
        "sample-init",
        [
          "nfm.h5", "--method", "kaiming-nfm", "--align", "run.h5", "--images", "images.h5",
          "--architecture", architecture, "-o", "aligned.h5",
        ] + more)
    }
    let narrow = try aligned("resnet8@0.125")
    try succeed(narrow)
    #expect(narrow.errors.contains("layer2.0.downsample.0 "), "\(narrow.errors)")
    let root = try File.open(scratch.file("aligned.h5")).root
    #expect(try root.attribute("init_aligned")?.strings?.count == 9)
    let deeper = try aligned("resnet14@0.25")
    #expect(deeper.status == 65)
    #expect(
      deeper.errors.contains("no convolution at the place of 'layer1.1.conv1'"), "\(deeper.errors)")
    try succeed(aligned("resnet14@0.25", "--layers", "1-3,layer2.0,layer3.0"))
    // A VGG has no maps that correspond to those of a block.
    let other = try aligned("vgg:8,M,8", "--hidden", "none")
    #expect(other.status == 65, "\(other.errors)")
  }

  @Test func selectUsesTheSameChannelsEverywhere() throws {
    let scratch = try scratch()
    try succeed(
      scratch.run(
        "sample-init", "--method", "select", "--source", "run.h5", "--architecture",
        "resnet8@0.125", "--images", "images.h5", "-o", "half.h5"))
    let (half, run) = (try scratch.network("half.h5"), try scratch.network("run.h5"))
    // Every second filter and every second channel are selected.
    let (few, all) = (half["layer3.0.conv2.weight"].values, run["layer3.0.conv2.weight"].values)
    #expect(few[(1 * 8 + 3) * 9] == all[(2 * 16 + 6) * 9])
    #expect(half["layer3.0.bn2.weight"].values[3] == run["layer3.0.bn2.weight"].values[6])
  }

  @Test func featuresAreOfEveryConvolution() throws {
    let scratch = try scratch()
    let names = try scratch.network("run.h5").architecture.body.map(\.name)
    #expect(names.count == 9)
    for file in ["nfm.h5", "agop.h5"] {
      let root = try File.open(scratch.file(file)).root
      for name in names { #expect(try root.shape(of: "\(name)/factor")[1] > 0) }
    }
    try succeed(scratch.run("compute-nfm", "run.h5", "--gain", "outside", "-o", "outside.h5"))
    let files = try ["nfm.h5", "outside.h5"].map { try File.open(scratch.file($0)).root }
    #expect(try files.map { try $0.attribute("features_gain")?.string } == ["folded", "outside"])
    let traces = try files.map { try $0.group("conv1").attribute("trace")?.double ?? .nan }
    #expect(abs(traces[0] / traces[1] - 1) > 0.01)
  }

  @Test func paperConventionNeedsNoBiases() throws {
    let scratch = try scratch()
    try succeed(
      scratch.run(
        "compute-agop", "run.h5", "--images", "images.h5", "--convention", "paper", "--logits", "2",
        "-o", "paper.h5"))
    let root = try File.open(scratch.file("paper.h5")).root
    #expect(try root.attribute("features_own_bias")?.string == "kept")
    #expect(try root.attribute("features_reduction")?.string == "sum")
  }

  @Test func reportsCoverResidualNetworks() throws {
    let scratch = try scratch()
    let probe = try scratch.run("report", "probe", "run.h5")
    try succeed(probe)
    #expect(probe.text.contains("layer3.0.downsample.0"), "\(probe.text)")
    #expect(!probe.text.contains("nan"), "\(probe.text)")
    try succeed(
      scratch.run(
        "report", "maps", "images.h5", "--network", "run.h5", "--features", "nfm.h5", "--features",
        "agop.h5", "-o", "maps"))
    try succeed(
      scratch.run(
        "report", "maps", "images.h5", "--network", "run.h5", "--features", "nfm.h5", "--layers",
        "layer2.0", "-o", "strided"))
    try succeed(
      scratch.run(
        "report", "ansatz", "run.h5", "--images", "images.h5", "--count", "8", "-o", "ansatz"))
  }

  static let refusals: [(words: [String], status: Int32, says: String)] = [
    (
      ["sample-init", "--method", "timm", "--architecture", "resnet20", "-o", "no.h5"], 65,
      "is of transformers"
    ),
    (
      [
        "sample-init", "--method", "orthogonal", "--scale", "balanced", "--architecture",
        "resnet20", "--images", "images.h5", "-o", "no.h5",
      ], 65, "scale 'balanced' is of networks without shortcuts"
    ),
    (
      ["sample-init", "--method", "zero", "--architecture", "resnet50", "-o", "no.h5"], 64,
      "three convolutions"
    ),
    (
      ["sample-init", "--method", "zero", "--architecture", "resnet20:norm=layer", "-o", "no.h5"],
      64,
      "norm in 'resnet20:norm=layer' is batch or none"
    ),
    (
      [
        "sample-init", "--method", "zero", "--architecture", "resnet20", "--hidden", "8", "-o",
        "no.h5",
      ],
      64, "one linear layer"
    ),
    (
      [
        "sample-init", "--method", "copy", "--source", "run.h5", "--architecture", "resnet20", "-o",
        "no.h5",
      ],
      65, "'bn1.weight' is [4], this network needs [16]"
    ),
    (
      [
        "compute-agop", "run.h5", "--images", "images.h5", "--gain", "outside", "-o", "no.h5",
      ], 64, "is the same with and without the gains"
    ),
    (
      [
        "compute-agop", "run.h5", "--images", "images.h5", "--own-bias", "dropped", "-o", "no.h5",
      ], 65, "no convolution of resnet8@0.25 has a bias to drop"
    ),
  ]

  @Test(arguments: refusals)
  func refused(words: [String], status: Int32, says: String) throws {
    let scratch = try scratch()
    let outcome = try scratch.run(words[0], Array(words.dropFirst()))
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
    #expect(!scratch.names().contains("no.h5"))
  }

  @Test func negativeVarianceIsRefused() throws {
    let scratch = try scratch()
    let network = try scratch.network("run.h5")
    var parameters = network.parameters
    parameters["layer2.0.bn1.running_var"]?.values[1] = -0.5
    let file = try File.create(scratch.file("negative.h5"))
    try NetworkFile(
      Network(network.architecture, parameters: parameters, preparation: network.preparation)
    ).write(to: file)
    try file.close()
    let outcome = try scratch.run("compute-nfm", "negative.h5", "-o", "no.h5")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("'layer2.0.bn1.running_var' holds a variance below 0"))
  }
}
