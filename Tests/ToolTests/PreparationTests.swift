// The preparation of a network's images: read from exports, reported if it is assumed, and compared with images files.

import Foundation
import HDF5
import Networks
import Schemas
import StateDictionaries
import Testing

struct PreparationTests {
  static let told = ["--side", "48", "--mean", "0.5,0.25,0.125", "--std", "0.3,0.2,0.1"]

  @Test("An export keeps preparation and architecture", arguments: ["safetensors", "pth"])
  func anExportKeepsPreparationAndArchitecture(format: String) throws {
    let scratch = try Scratch()
    let fixture = extractFixture("vgg13.pth")
    try succeed(scratch.extract([fixture] + Self.told + ["-o", "net.h5"]))
    try succeed(scratch.extract("net.h5", "--export", format, "-o", "out"))
    let back = try scratch.extract("out", "-o", "back.h5")
    #expect(back.status == 0 && !back.errors.contains("assumed"), "\(back.errors)")
    #expect(try scratch.network("back.h5").preparation == scratch.network("net.h5").preparation)
  }

  @Test func customTableIsReadBackFromItsExport() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    let before = try scratch.network("init.h5")
    for format in ["safetensors", "pth"] {
      try succeed(scratch.extract("init.h5", "--export", format, "-o", "out-\(format)"))
      try succeed(scratch.extract("out-\(format)", "-o", "back.h5"))
      let after = try scratch.network("back.h5")
      #expect(before.architecture == after.architecture)
      #expect(before.parameters == after.parameters)
    }
    // A file that PyTorch saves does not state the preparation.
    let plain = StateDictionary(before, file: "plain")
    var bytes = Data()
    try plain.writeTorchZip { bytes.append(contentsOf: $0) }
    try scratch.write(bytes, to: "plain.pth")
    let refused = try scratch.extract("plain.pth", "-o", "no.h5")
    #expect(refused.status == 65 && refused.errors.contains("--architecture"), "\(refused.errors)")
    try succeed(
      scratch.extract("plain.pth", "--architecture", before.architecture.name, "-o", "told.h5"))
    #expect(try scratch.network("told.h5").parameters == before.parameters)
  }

  @Test func networkThatEndsInAConvolutionIsReadBack() throws {
    let scratch = try Scratch()
    let drawing = ["--method", "kaiming-normal", "--architecture", "vgg:4,M,8", "--outputs", "2"]
    try succeed(scratch.run("sample-init", drawing + ["-o", "open.h5"]))
    try succeed(scratch.extract("open.h5", "--export", "safetensors", "-o", "open.safetensors"))
    try succeed(scratch.extract("open.safetensors", "-o", "back.h5"))
    let (open, back) = (try scratch.network("open.h5"), try scratch.network("back.h5"))
    #expect(back.architecture.name == "vgg:4,M,8" && back.parameters == open.parameters)
    let told = try scratch.extract(
      extractFixture("vgg11.pth"), "--architecture", "vgg:4,N", "-o", "x.h5")
    #expect(told.status == 64)
    #expect(told.errors.contains("--architecture: 'N' in 'vgg:4,N' is neither"), "\(told.errors)")
  }

  /// The configuration states the side, a Rescaling by 1/127.5 with offset −1, and the head's dropout.
  @Test func preparationOfAKerasModelIsRead() throws {
    let scratch = try Scratch()
    for ending in ["keras", "h5"] {
      let outcome = try scratch.extract(
        extractFixture("keras-models/normalised.\(ending)"), "-o", "net.h5")
      try succeed(outcome)
      #expect(!outcome.errors.contains("assumed"), "\(outcome.errors)")
      #expect(outcome.errors.contains("not used: random_flip (RandomFlip), dropout (Dropout)\n"))
      let network = try scratch.network("net.h5")
      #expect(network.preparation.side == 12)
      for value in network.preparation.mean + network.preparation.std {
        #expect(abs(value - 0.5) < 1e-12)
      }
      let architecture = network.architecture
      #expect(architecture.name == "vgg:4,M,5,M,3" && architecture.dropout == 0.25)
      #expect(architecture.pooled == 3 && architecture.hidden == [6])
    }
    let grey = try scratch.extract(
      extractFixture("keras-models/four-blocks.keras"), "-o", "grey.h5")
    #expect(grey.status == 0 && !grey.errors.contains("BGR"), "\(grey.errors)")
    #expect(try scratch.network("grey.h5").preparation.side == 16)
  }

  @Test func assumptionsAreReported() throws {
    let scratch = try Scratch()
    let fixture = extractFixture("vgg11.pth")
    let line =
      "extract-pretrained: its images are assumed to have side 224, mean 0.485,0.456,0.406 and std "
      + "0.229,0.224,0.225; --side, --mean and --std set it\n"
    #expect(try scratch.extract(fixture, "-o", "a.h5").errors.hasSuffix(line))
    #expect(
      try scratch.extract(fixture, "--side", "32", "-o", "a.h5").errors.contains(
        "assumed to have mean 0.485,0.456,0.406 and std 0.229,0.224,0.225; --mean and --std set it")
    )
    #expect(
      try !scratch.extract([fixture] + Self.told + ["-o", "a.h5"]).errors.contains("assumed"))
  }

  @Test func computeAGOPReportsAnotherPreparationThanTheImages() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", side: 32)
    try succeed(scratch.extract([extractFixture("vgg11.pth")] + Self.told + ["-o", "net.h5"]))
    let agop = ["net.h5", "--images", "images.h5", "--count", "2", "-o", "agop.h5"]
    let outcome = try scratch.run("compute-agop", agop)
    #expect(
      outcome.errors.contains(
        "warning: images are normalised by mean 0.5,0.25,0.125 and std 0.3,0.2,0.1, not by their own, "
          + "mean 0.3,0.3,0.3 and std 0.3,0.3,0.3, and resized from 32×32 to 48×48, as the network was trained"
      ),
      "\(outcome.errors)")
    let common = ["--side", "32", "--mean", "0.3,0.3,0.3", "--std", "0.3,0.3,0.3", "-o", "net.h5"]
    try succeed(scratch.extract([extractFixture("vgg11.pth")] + common))
    #expect(try !scratch.run("compute-agop", agop).errors.contains("images are"))
  }

  @Test func toolsThatReadNetworkAndImagesReportTheDifference() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", side: 32)
    func network(_ options: [String]) throws {
      try succeed(scratch.extract([extractFixture("vgg11.pth")] + options + ["-o", "net.h5"]))
      try succeed(scratch.run("compute-nfm", "net.h5", "-o", "nfm.h5"))
    }
    let tools: [(String, [String])] = [
      ("report", ["ansatz", "net.h5", "--images", "images.h5", "--count", "2"]),
      (
        "report",
        [
          "maps", "images.h5", "--network", "net.h5", "--features", "nfm.h5", "-o",
          "maps",
        ]
      ),
      ("sample-init", ["nfm.h5", "--method", "nfm", "--images", "images.h5", "-o", "a.h5"]),
      (
        "sample-init",
        ["--method", "copy", "--source", "net.h5", "--images", "images.h5", "-o", "a.h5"]
      ),
      ("train", ["net.h5", "--images", "images.h5", "--epochs", "0", "-o", "run.h5"]),
    ]
    let (own, told) = (
      "mean 0.3,0.3,0.3 and std 0.3,0.3,0.3", "mean 0.5,0.25,0.125 and std 0.3,0.2,0.1"
    )
    let applied = [
      "net.h5: images are normalised by \(told), not by their own, \(own), and resized from 32×32 to "
        + "48×48, as the network was trained",
      "the source network had \(told), where the images have \(own), and images of 48×48, where "
        + "these are 32×32; the new network is for these",
      "images are normalised by their own \(own), not by the network's \(told), and resized from "
        + "32×32 to 48×48, the network's side",
    ]
    try network(Self.told)
    for ((tool, arguments), warning) in zip(tools, [0, 0, 1, 1, 2].map { applied[$0] }) {
      let outcome = try scratch.run(tool, arguments)
      try succeed(outcome)
      #expect(outcome.errors.contains("\(tool): warning: \(warning)"), "\(outcome.errors)")
    }
    // A side that the user chose gives no warning.
    let side = try scratch.run("train", tools[4].1 + ["--side", "32"])
    #expect(side.errors.contains("not by the network's \(told)\n"), "\(side.errors)")
    try network(["--side", "32", "--mean", "0.3,0.3,0.3", "--std", "0.3,0.3,0.3"])
    for (tool, arguments) in tools {
      let outcome = try scratch.run(tool, arguments)
      try succeed(outcome)
      #expect(!outcome.errors.contains("warning: images are"), "\(outcome.errors)")
      #expect(!outcome.errors.contains("the source network had"), "\(outcome.errors)")
    }
  }

  @Test func refusalIsOneLineWithoutTheWarning() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", side: 32)
    try succeed(scratch.extract([extractFixture("vgg11.pth")] + Self.told + ["-o", "net.h5"]))
    let train = ["net.h5", "--images", "images.h5", "--epochs", "0", "-o", "run.h5"]
    try succeed(scratch.run("train", train + ["--keep-checkpoint"]))
    let maps = ["maps", "images.h5", "--network", "net.h5"]
    let ansatz = ["ansatz", "--images", "images.h5", "--count", "2"]
    let agop = ["net.h5", "--images", "images.h5", "--count", "2", "-o", "agop.h5"]
    let refused: [(String, [String], String)] = [
      ("report", maps + ["--features", "net.h5", "-o", "maps"], "it is a network file"),
      ("report", ansatz + ["net.h5", "absent.h5"], "absent.h5"),
      ("report", ansatz + ["net.h5", "--logits", "2000"], "logits"),
      ("compute-agop", agop + ["--logits", "2000"], "logits"),
      ("train", train + ["--seed", "2"], "belongs to another run"),
    ]
    for (tool, arguments, reason) in refused {
      let outcome = try scratch.run(tool, arguments)
      #expect([64, 65, 66].contains(outcome.status))
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    }
  }

  /// Training uses images of the same side as the initialiser.
  @Test(arguments: [
    ["--method", "lsuv"], ["--method", "patches"],
    ["--method", "kaiming-normal", "--scale", "output"],
    ["--method", "kaiming-normal", "--scale", "balanced"],
  ])
  func initialisersThatUseImagesFixTheSide(method: [String]) throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", side: 8)
    let drawing =
      method + ["--architecture", "vgg:4,M,4,M", "--hidden", "none", "--images", "images.h5"]
    func train(_ network: String, _ options: String...) throws -> ToolResult {
      try scratch.run(
        "train", [network, "--images", "images.h5", "--epochs", "0", "-o", "run.h5"] + options)
    }
    try succeed(scratch.run("sample-init", drawing + ["-o", "eight.h5"]))
    try succeed(train("eight.h5"))
    try succeed(train("eight.h5", "--side", "8"))
    let refused = try train("eight.h5", "--side", "16")
    #expect(refused.status == 64, "\(refused.errors)")
    #expect(
      refused.errors.contains(
        "--side 16, but '\(method[1])' used images of side 8 to draw eight.h5: draw it with "
          + "sample-init --side 16"), "\(refused.errors)")
    try succeed(scratch.run("sample-init", drawing + ["--side", "16", "-o", "sixteen.h5"]))
    let (eight, sixteen) = (try scratch.network("eight.h5"), try scratch.network("sixteen.h5"))
    #expect(sixteen.preparation.side == 16)
    #expect(eight["features.3.weight"] != sixteen["features.3.weight"])
    try succeed(train("sixteen.h5"))
    #expect(try scratch.network("run.h5").preparation.side == 16)
    // A trained network no longer has the initial weights.
    try succeed(
      scratch.run("train", "eight.h5", "--images", "images.h5", "--epochs", "1", "-o", "one.h5"))
    try succeed(train("one.h5", "--side", "16"))
  }

  @Test func partOfADeeperNetworkIsReportedAtEveryStage() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", side: 32)
    let cut = ["--as", "vgg11"] + Self.told + ["-o", "cut.h5"]
    let whole = "vgg:2,2,M,3,3,M,4,4,4,M,5,5,5,M,5,5,5,M"
    let outcome = try scratch.extract([extractFixture("vgg16.pth")] + cut)
    #expect(outcome.errors.contains("vgg11 out of \(whole) was never trained as a whole"))
    let agop = try scratch.run(
      "compute-agop", "cut.h5", "--images", "images.h5", "--count", "2", "-o", "agop.h5")
    let warning =
      "part of \(whole), never trained as a whole: these are not the gradients of \(whole)"
    #expect(agop.errors.contains("warning: the source: \(warning)"), "\(agop.errors)")
    let root = try File.open(scratch.file("agop.h5")).root
    #expect(try root.attribute("source_warnings")?.strings?.contains(warning) == true)
    // A run has trained the truncated network, while drawn weights only name it as their source.
    let options = ["--images", "images.h5", "--epochs", "1", "-q", "-o", "run.h5"]
    try succeed(scratch.run("train", ["cut.h5"] + options))
    try succeed(
      scratch.run(
        "sample-init", "--method", "copy", "--source", "cut.h5", "--images", "images.h5", "-o",
        "copy.h5"))
    for file in ["run.h5", "copy.h5"] {
      let later = try scratch.run(
        "compute-agop", file, "--images", "images.h5", "--count", "2", "-o", "later.h5")
      #expect(later.status == 0 && !later.errors.contains("never trained"), "\(later.errors)")
    }
    // VGG11 itself is not truncated.
    let itself = try scratch.extract(
      extractFixture("vgg11.pth"), "--as", "vgg11", "-o", "itself.h5")
    #expect(itself.status == 0 && !itself.errors.contains("never trained"), "\(itself.errors)")
  }
}
