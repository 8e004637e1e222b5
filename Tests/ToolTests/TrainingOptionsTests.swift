/// Options of `train`: recorded, deterministic, and without effect where they are neutral.

import Foundation
import HDF5
import Testing

struct TrainingOptionsTests {
  /// images.h5 and init.h5
  func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", side: 12, channels: 3)
    let made = try scratch.run(
      "sample-init",
      ["--method", "kaiming-normal", "--images", "images.h5", "-o", "init.h5"] + ChainTests.network)
    try #require(made.status == 0, "\(made.errors)")
    return scratch
  }

  /// The parameters' bytes of a run with these options.
  func train(_ more: [String], in scratch: Scratch) throws -> [Float] {
    let outcome = try scratch.run(
      "train",
      [
        "init.h5", "--images", "images.h5", "--epochs", "2", "--learning-rate", "0.02", "-o",
        "run.h5",
      ] + (more.contains("--batch") ? [] : ["--batch", "16"]) + more)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try File.open(scratch.file("run.h5")).root
      .read("features.0.weight", as: Float.self).values
  }

  static let all = [
    "--schedule", "cosine", "--augment", "flip,crop", "--nesterov", "--clip", "0.5",
    "--label-smoothing", "0.1",
  ]

  @Test func everyOptionIsRecorded() throws {
    let scratch = try prepared()
    _ = try train(Self.all, in: scratch)
    let root = try File.open(scratch.file("run.h5")).root
    #expect(try root.attribute("schedule") == .string("cosine"))
    #expect(try root.attribute("augment") == .string("flip,crop"))
    #expect(try root.attribute("nesterov") == .integer(1))
    #expect(try root.attribute("clip") == .double(0.5))
    #expect(try root.attribute("label_smoothing") == .double(0.1))
    let history = try #require(try root.attribute("history")?.string)
    #expect(
      history.contains(
        "--schedule cosine --augment flip,crop --label-smoothing 0.1 --nesterov --clip 0.5"))
  }

  /// 65,536 maps of 512×512 are more than a terabyte; ten images are not.
  @Test func aBatchTakesNoMoreMemoryThanTheImages() throws {
    let scratch = try prepared()
    let few = ["--side", "512", "--subset", "10", "--test-subset", "4"]
    let whole = try train(few + ["--batch", "65536"], in: scratch)
    #expect(try train(few + ["--batch", "8"], in: scratch) == whole)
  }

  @Test func threadsDoNotChangeABit() throws {
    let scratch = try prepared()
    _ = try train(Self.all, in: scratch)
    let first = try scratch.read("run.h5")
    for threads in ["1", "3"] {
      // Resized too: augmentation comes before.
      _ = try train(Self.all + ["--threads", threads], in: scratch)
      #expect(try scratch.read("run.h5") == first)
    }
    _ = try train(Self.all + ["--side", "16", "--threads", "1"], in: scratch)
    let resized = try scratch.read("run.h5")
    _ = try train(Self.all + ["--side", "16", "--threads", "2"], in: scratch)
    #expect(try scratch.read("run.h5") == resized)
  }

  @Test func neutralValuesChangeNothingAndOthersDo() throws {
    let scratch = try prepared()
    let plain = try train([], in: scratch)
    for neutral in [
      ["--schedule", "step:1:1"], ["--schedule", "step:2:0.1"], ["--augment", "none"],
      ["--clip", "1e9"], ["--label-smoothing", "0"],
    ] {
      #expect(try train(neutral, in: scratch) == plain, "\(neutral)")
    }
    var seen = [plain]
    for other in [
      ["--schedule", "step:1:0.1"], ["--schedule", "cosine"], ["--augment", "flip"],
      ["--augment", "crop"], ["--clip", "0.1"], ["--label-smoothing", "0.2"], ["--nesterov"],
    ] {
      let weights = try train(other, in: scratch)
      #expect(!seen.contains(weights), "\(other)")
      seen.append(weights)
    }
  }

  @Test(arguments: [
    ["--schedule", "linear"], ["--schedule", "step:0:0.5"], ["--schedule", "step:2:2"],
    ["--augment", "flip,rotate"], ["--augment", ""], ["--clip", "0"], ["--clip", "nan"],
    ["--label-smoothing", "1"], ["--nesterov", "--momentum", "0"],
  ])
  func impossibleValuesAreRefused(words: [String]) throws {
    let scratch = try Scratch()
    let refused = try scratch.run("train", ["init.h5", "--images", "images.h5", "-o", "x"] + words)
    #expect(refused.status == 64, "\(refused.errors)")
    #expect(refused.errors.split(separator: "\n").count == 1)
  }
}
