// The chain of tools on a small network: with files, with pipes, and with several numbers of threads.

import Foundation
import HDF5
import Testing

struct ChainTests {
  static let network = ["--architecture", "vgg:16,M,16,M", "--hidden", "8"]
  static let training = ["--images", "images.h5", "--epochs", "3", "--batch", "16", "--quiet"]

  /// A folder with images.h5, init.h5, run.h5, network.h5, nfm.h5 and agop.h5.
  func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    try scratch.drawInitialNetwork()
    try succeed(scratch.run("train", ["init.h5", "-o", "run.h5"] + Self.training))
    try succeed(scratch.run("extract-pretrained", "run.h5", "-o", "network.h5"))
    try succeed(scratch.run("compute-nfm", "network.h5", "-o", "nfm.h5"))
    try succeed(
      scratch.run(
        "compute-agop", "network.h5", "--images", "images.h5", "--count", "20", "-o", "agop.h5"))
    return scratch
  }

  @Test func pipesAndFilesGiveTheSameBytes() throws {
    let scratch = try prepared()
    let features = try scratch.run("compute-nfm", "network.h5")
    try succeed(features)
    #expect(try features.output == scratch.read("nfm.h5"))
    let initial = try scratch.run(
      "sample-init", "--method", "kaiming-nfm", "--seed", "1", input: features.output)
    try succeed(initial)
    try succeed(
      scratch.run("sample-init", "nfm.h5", "--method", "kaiming-nfm", "--seed", "1", "-o", "i.h5"))
    #expect(try initial.output == scratch.read("i.h5"))
    let piped = try scratch.run("train", Self.training, input: initial.output)
    try succeed(piped)
    try succeed(scratch.run("train", ["i.h5", "-o", "r.h5"] + Self.training))
    #expect(try piped.output == scratch.read("r.h5"))
    let report = try scratch.run("report", "-", input: piped.output)
    try succeed(report)
    #expect(String(decoding: report.output, as: UTF8.self).contains("kaiming-nfm"))
  }

  @Test func threadCountDoesNotChangeBytes() throws {
    let scratch = try prepared()
    for threads in ["1", "2", "3"] {
      try succeed(
        scratch.run(
          "train", ["init.h5", "-o", "run-\(threads).h5", "--threads", threads] + Self.training))
      #expect(try scratch.read("run-\(threads).h5") == scratch.read("run.h5"))
      try succeed(
        scratch.run(
          "compute-agop", "network.h5", "--images", "images.h5", "--count", "20", "--threads",
          threads, "-o", "agop-\(threads).h5"))
      #expect(try scratch.read("agop-\(threads).h5") == scratch.read("agop.h5"))
    }
  }

  @Test func trainingLearns() throws {
    let scratch = try prepared()
    try succeed(
      scratch.run(
        "train", "init.h5", "--images", "images.h5", "--epochs", "15", "--batch", "8",
        "--learning-rate", "0.05", "--quiet", "-o", "long.h5"))
    let report = try scratch.run("report", "long.h5", "--format", "csv")
    try succeed(report)
    let run = try File.open(scratch.file("long.h5"))
    let accuracy = try run.root.read("epochs/test_accuracy", as: Double.self).values
    #expect(accuracy.count == 15)
    #expect(accuracy.max() ?? 0 > 0.9)
  }

  @Test(arguments: ["paper", "exact"])
  func everyConventionRuns(convention: String) throws {
    let scratch = try prepared()
    let count = convention == "paper" ? ["--logits", "2"] : []
    try succeed(
      scratch.run(
        "compute-agop",
        ["network.h5", "--images", "images.h5", "--convention", convention, "--count", "11"]
          + count + ["-o", "a.h5"]))
    for (method, features) in [("agop", "a.h5"), ("kaiming-agop", "a.h5"), ("nfm", "nfm.h5")] {
      try succeed(
        scratch.run(
          "sample-init", features, "--method", method, "--convention", convention, "-o", "i.h5"))
      let file = try File.open(scratch.file("i.h5"))
      #expect(try file.root.attribute("init_convention") == .string(convention))
      #expect(try file.root.attribute("outputs")?.integer == (convention == "paper" ? 1000 : 2))
    }
  }

  @Test func runFileContainsItsHistory() throws {
    let scratch = try prepared()
    let run = try File.open(scratch.file("agop.h5"))
    let history = try #require(try run.root.attribute("history")?.string)
    let tools = history.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(tools == ["sample-init", "train", "extract-pretrained", "compute-agop"])
    #expect(!history.contains(scratch.path))
  }

  @Test func divergenceIsReported() throws {
    let scratch = try prepared()
    let outcome = try scratch.run(
      "train", "init.h5", "--images", "images.h5", "--epochs", "9", "--learning-rate", "1e20", "-o",
      "wild.h5")
    try succeed(outcome)
    #expect(outcome.errors.contains("diverged"))
    let report = try scratch.run("report", "wild.h5")
    try succeed(report)
    #expect(String(decoding: report.output, as: UTF8.self).contains("diverged"))
    let extracted = try scratch.run("extract-pretrained", "wild.h5", "-o", "x.h5")
    #expect(extracted.status == 65)
    #expect(!scratch.names().contains("x.h5"))
  }
}
