// The choice of images: it is balanced, and the same for any order in the file and any seed.

import Foundation
import HDF5
import Testing

struct ChoiceTests {
  /// A folder with images.h5, in which four classes follow each other; shuffled.h5, with the same images in another order;
  /// and init.h5, whose logits are equal, so that it classifies every image as class 0.
  func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try write("images.h5", step: 1, to: scratch)
    try write("shuffled.h5", step: 11, to: scratch)
    try succeed(
      scratch.run(
        "sample-init",
        ["--method", "zero", "--images", "images.h5", "-o", "zero.h5"] + ChainTests.network))
    try scratch.drawInitialNetwork()
    return scratch
  }

  /// Writes 48 training and 24 test images of 8×8. Row r contains image r·step mod N.
  private func write(_ name: String, step: Int, to scratch: Scratch) throws {
    let images = try File.create(scratch.file(name))
    for (split, count) in [("train", 48), ("test", 24)] {
      let order = (0..<count).map { $0 * step % count }
      let pixels = order.flatMap { image in
        (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ image &* 101 &+ image * $0 / 7) }
      }
      try images.root.write(pixels, shape: [count, 8, 8, 1], to: "\(split)/images")
      try images.root.write(
        order.map { UInt16($0 * 4 / count) }, shape: [count], to: "\(split)/labels")
    }
    try images.root.setAttribute("name", "quarters")
    try images.root.setAttribute("classes", .strings(["a", "b", "c", "d"]))
    try images.root.setAttribute("mean", .doubles([0.3]))
    try images.root.setAttribute("std", .doubles([0.3]))
    try images.close()
  }

  private func train(_ words: [String], in scratch: Scratch) throws -> Group {
    let shared = ["--epochs", "1", "--batch", "8", "--learning-rate", "0.01", "-o", "x.h5"]
    try succeed(scratch.run("train", shared + words))
    return try File.open(scratch.file("x.h5")).root
  }

  @Test(arguments: [4, 12, 20, 24])
  func constantNetworkClassifiesOneOfFourClasses(count: Int) throws {
    let scratch = try prepared()
    let run = try train(
      [
        "zero.h5", "--images", "images.h5", "--test-subset", "\(count)", "--subset", "16",
        "--learning-rate", "1e-30",
      ], in: scratch)
    #expect(try run.read("epochs/test_accuracy", as: Double.self).values == [0.25])
  }

  @Test func orderInTheFileChangesNothing() throws {
    let scratch = try prepared()
    let words = ["--subset", "20", "--test-subset", "10"]
    let one = try train(["init.h5", "--images", "images.h5"] + words, in: scratch)
    let weights = try one.read("features.0.weight", as: Float.self).values
    let loss = try one.read("epochs/test_loss", as: Double.self).values
    let probe = try one.read("probe/gradient_norm", as: Double.self).values
    let other = try train(["init.h5", "--images", "shuffled.h5"] + words, in: scratch)
    #expect(try other.read("features.0.weight", as: Float.self).values == weights)
    #expect(try other.read("epochs/test_loss", as: Double.self).values == loss)
    #expect(try other.read("probe/gradient_norm", as: Double.self).values == probe)
    for images in ["images", "shuffled"] {
      try succeed(
        scratch.run(
          "compute-agop", "init.h5", "--images", "\(images).h5", "--count", "11", "-o",
          "\(images)-agop.h5"))
    }
    let factors = try ["images", "shuffled"].map {
      try File.open(scratch.file("\($0)-agop.h5")).root
        .read("features.0/factor", as: Float.self).values
    }
    #expect(factors[0] == factors[1])
  }

  /// Training does not change the network, so the losses on both parts of the training images and on the test images show
  /// which images were used.
  @Test func seedsUseTheSameImages() throws {
    let scratch = try prepared()
    let losses = try ["1", "2"].map { seed in
      let run = try train(
        [
          "init.h5", "--images", "images.h5", "--subset", "16", "--validation-share", "0.5",
          "--test-subset", "6", "--learning-rate", "1e-30", "--seed", seed,
        ], in: scratch)
      return try ["train_loss_evaluated", "validation_loss", "test_loss"].map {
        try #require(try run.read("epochs/\($0)", as: Double.self).values.first)
      }
    }
    #expect(losses[0][0] != losses[1][0])
    #expect(abs(losses[0][0] + losses[0][1] - losses[1][0] - losses[1][1]) < 1e-6)
    #expect(losses[0][2] == losses[1][2])
  }

  @Test(arguments: [
    ["train", "init.h5", "--subset", "49"], ["train", "init.h5", "--test-subset", "25"],
    ["compute-agop", "init.h5", "--count", "49"],
    ["report", "ansatz", "init.h5", "--count", "49"],
  ])
  func moreImagesThanAvailableAreRefused(words: [String]) throws {
    let scratch = try prepared()
    let output = words[0] == "report" ? [] : ["-o", "x.h5"]
    let outcome = try scratch.run(
      words[0], Array(words.dropFirst()) + ["--images", "images.h5"] + output)
    #expect(outcome.status == 64)
    let kind = words.contains("--test-subset") ? "24 test" : "48 training"
    #expect(outcome.errors.contains("but images.h5 has \(kind) images"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func stratifyIsRecordedAndHasAnEffect() throws {
    let scratch = try prepared()
    let plain = try train(["init.h5", "--images", "images.h5"], in: scratch)
    let weights = try plain.read("features.0.weight", as: Float.self).values
    #expect(try plain.attribute("stratify") == .integer(0))
    let run = try train(["init.h5", "--images", "images.h5", "--stratify"], in: scratch)
    #expect(try run.read("features.0.weight", as: Float.self).values != weights)
    #expect(try run.attribute("stratify") == .integer(1))
    #expect(try run.attribute("history")?.string?.contains(" --stratify") == true)
  }
}
