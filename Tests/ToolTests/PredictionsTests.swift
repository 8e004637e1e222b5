// Predictions of networks: stored by `train`, and printed by `report predictions`.

import Foundation
import HDF5
import Networks
import Schemas
import Tensors
import Testing

struct PredictionsTests {
  /// Writes an images file of 2×2 pixels, in which each image has one grey value.
  private func writeGreys(
    _ name: String, train: [(UInt8, UInt16)], test: [(UInt8, UInt16)], in scratch: Scratch
  ) throws {
    let images = try File.create(scratch.file(name))
    for (part, pairs) in [("train", train), ("test", test)] {
      let pixels = pairs.flatMap { [UInt8](repeating: $0.0, count: 4) }
      try images.root.write(pixels, shape: [pairs.count, 2, 2, 1], to: "\(part)/images")
      try images.root.write(pairs.map(\.1), shape: [pairs.count], to: "\(part)/labels")
    }
    try images.root.setAttribute("name", "greys")
    try images.root.setAttribute("classes", .strings(["light", "dark, \"deep\""]))
    try images.root.setAttribute("mean", .doubles([0]))
    try images.root.setAttribute("std", .doubles([1]))
    try images.close()
  }

  /// A network whose logits of a grey x in [0, 1] are ((2x − 1)·ln 3, 0).
  private func writeNetwork(_ name: String, middle: Float = 1.0 / 3, in scratch: Scratch) throws {
    let architecture = try Architecture("vgg:1,M", outputs: 2, hidden: [], dropout: 0)
    var parameters: [String: Tensor] = [:]
    for (name, shape) in architecture.parameters {
      let count = shape.reduce(1, *)
      var values = [Float](repeating: 0, count: count)
      if name == "features.0.weight" {
        // The middle of each channel's kernel is set, which gives the mean of the three channels.
        for channel in 0..<3 { values[9 * channel + 4] = middle }
      } else if name.hasPrefix("classifier") {
        values[0] = name.hasSuffix("weight") ? 2 * log(Float(3)) : -log(Float(3))
      }
      parameters[name] = Tensor(values, shape: shape)
    }
    let network = try Network(
      architecture, parameters: parameters,
      preparation: Network.Preparation(side: 2, mean: [0, 0, 0], std: [1, 1, 1]))
    let file = try File.create(scratch.file(name))
    try NetworkFile(network).write(to: file)
    try file.close()
  }

  @Test func predictionsAgreeWithAComputationByHand() throws {
    let scratch = try Scratch()
    try writeGreys("i.h5", train: [(0, 1), (255, 1)], test: [(204, 0)], in: scratch)
    try writeNetwork("n.h5", in: scratch)
    let outcome = try scratch.run("report", "predictions", "n.h5", "--images", "i.h5")
    try succeed(outcome)
    let lines = outcome.text.split(separator: "\n").map(String.init)
    let dark = "\"dark, \"\"deep\"\"\""
    #expect(lines[0] == "part,image,class,prediction,p light,\"p dark, \"\"deep\"\"\"")
    // For x = 0, 1 and 0.8 the odds of the class light are 3^(2x − 1).
    let odds = [1.0 / 3, 3, pow(3, 0.6)]
    let starts = ["train,0,\(dark),\(dark),", "train,1,\(dark),light,", "test,0,light,light,"]
    #expect(lines.count == 4)
    for ((line, start), odds) in zip(zip(lines.dropFirst(), starts), odds) {
      #expect(line.hasPrefix(start), "\(line)")
      let numbers = line.dropFirst(start.count).split(separator: ",").compactMap { Double($0) }
      #expect(abs((numbers.first ?? 0) - odds / (1 + odds)) < 1e-6, "\(line)")
      #expect(abs((numbers.last ?? 0) - 1 / (1 + odds)) < 1e-6, "\(line)")
    }
  }

  @Test func unsuitablePredictionInputsAreRefused() throws {
    let scratch = try Scratch()
    try writeGreys("i.h5", train: [(255, 0), (0, 1)], test: [], in: scratch)
    // The weights are finite, but their sum over three channels is not.
    try writeNetwork("huge.h5", middle: 3e38, in: scratch)
    for (words, status, message) in [
      (["predictions", "huge.h5"], 64, "--images"),
      (["predictions", "--images", "i.h5"], 64, "<network>"),
      (["predictions", "i.h5", "--images", "i.h5"], 65, "network"),
      (["predictions", "huge.h5", "--images", "huge.h5"], 65, "images"),
      (["predictions", "huge.h5", "--images", "i.h5", "x.run.h5"], 64, "x.run.h5"),
      (["predictions", "huge.h5", "--images", "i.h5"], 65, "logits of image 0 are not finite"),
    ] {
      let outcome = try scratch.run("report", words)
      #expect(outcome.status == status, "\(words): \(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(words): \(outcome.errors)")
    }
  }

  @Test func trainStoresThePredictionsOfTheBestEpoch() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    var hasEarlierBest = false
    for seed in 1...3 {
      try succeed(
        scratch.run(
          "train", "init.h5", "--images", "images.h5", "--epochs", "5", "--batch", "16",
          "--learning-rate", "0.1", "--seed", "\(seed)", "-q", "-o", "run.h5"))
      let root = try File.open(scratch.file("run.h5")).root
      let labels = try root.read("test/labels", as: UInt16.self).values
      let predictions = try root.read("test/predictions", as: UInt16.self).values
      let best = try #require(try root.attribute("best_epoch")?.integer)
      hasEarlierBest = hasEarlierBest || best < 5
      #expect(labels == (0..<30).map { UInt16($0 % 2) })
      let right = zip(labels, predictions).count { $0 == $1 }
      let accuracies = try root.read("epochs/test_accuracy", as: Double.self).values
      #expect(Double(right) / 30 == accuracies[best - 1])
      #expect(try root.attribute("class_names") == .strings(["dark", "bright"]))
      #expect(try root.attribute("test_chance") == .double(0.5))
      // The best network, read back from the file, gives the same predictions.
      let printed = try scratch.run("report", "predictions", "run.h5", "--images", "images.h5")
      try succeed(printed)
      #expect(printed.errors.contains("after epoch \(best), the best"))
      let answers = printed.text.split(separator: "\n").filter { $0.hasPrefix("test,") }
        .map { $0.split(separator: ",")[3] == "bright" ? UInt16(1) : 0 }
      #expect(answers == predictions)
    }
    #expect(hasEarlierBest, "the last epoch was the best of every run: this tests little")
  }

  @Test func constantNetworkIsReportedAtChance() throws {
    let scratch = try Scratch()
    // The network cannot distinguish images, and 8 of 9 test images are light.
    let train = (0..<45).map { (UInt8(128), UInt16($0 % 9 == 0 ? 1 : 0)) }
    try writeGreys("images.h5", train: train, test: Array(train.prefix(9)), in: scratch)
    try succeed(
      scratch.run(
        "sample-init", "--method", "kaiming-normal", "--images", "images.h5", "--architecture",
        "vgg:4,M", "--hidden", "none", "-o", "init.h5"))
    try succeed(
      scratch.run(
        "train", "init.h5", "--images", "images.h5", "--epochs", "8", "--learning-rate", "0.1",
        "--batch", "9", "-q", "-o", "run.h5"))
    let table = try scratch.run("report", "run.h5", "--format", "markdown")
    try succeed(table)
    #expect(table.text.contains("| kaiming-normal | 88.89 |"))
    #expect(table.text.contains("| at chance |"), "\(table.text)")
    let root = try File.open(scratch.file("run.h5")).root
    #expect(try root.attribute("test_chance") == .double(8.0 / 9))
  }

  @Test func runsCSVHasOneLineForEachEpoch() throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try succeed(
      scratch.run(
        "train", "init.h5", "--images", "images.h5", "--epochs", "2", "-q", "-o", "run.h5"))
    let printed = try scratch.run("report", "run.h5", "--format", "runs")
    try succeed(printed)
    // The network's text `vgg:16,M,16,M` is in quotes.
    let rows = printed.text.replacing(/"[^"]*"/, with: "quoted").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows.count == 3 && rows.allSatisfy { $0.count == rows[0].count })
    func column(_ name: String) throws -> [String] {
      let index = try #require(rows[0].firstIndex(of: name), "\(name)")
      return rows.dropFirst().map { $0[index] }
    }
    #expect(try column("epoch") == ["1", "2"])
    #expect(try column("learning_rate") == ["0.001", "0.001"])
    #expect(try column("init_convention") == ["exact", "exact"])
    let root = try File.open(scratch.file("run.h5")).root
    for name in ["train_accuracy_evaluated", "test_loss", "validation_accuracy"] {
      let stored = try root.read("epochs/\(name)", as: Double.self).values
      #expect(try column(name).compactMap { Double($0) } == stored, "\(name)")
    }
  }
}
