// Options of `train`: they are recorded and deterministic, and neutral values have no effect.

import Foundation
import HDF5
import Testing

struct TrainingOptionsTests {
  /// A folder with images.h5 and init.h5.
  func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", side: 12, channels: 3)
    let made = try scratch.run(
      "sample-init",
      ["--method", "kaiming-normal", "--images", "images.h5", "-o", "init.h5"] + ChainTests.network)
    try #require(made.status == 0, "\(made.errors)")
    return scratch
  }

  /// The bytes of the parameters after a run with these options.
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
    "--label-smoothing", "0.1", "--warm-up", "0.5", "--mixup", "0.8", "--cutmix", "1",
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
    #expect(try root.attribute("warm_up") == .double(0.5))
    #expect(try root.attribute("mixup") == .double(0.8))
    #expect(try root.attribute("cutmix") == .double(1))
    let history = try #require(try root.attribute("history")?.string)
    #expect(
      history.contains(
        "--schedule cosine --augment flip,crop --label-smoothing 0.1 --nesterov --clip 0.5 --warm-up 0.5 --mixup 0.8"
          + " --cutmix 1.0"))
  }

  /// Without options, `train` uses SGD with its default settings and gives the same bytes.
  @Test func theUpdateRuleIsRecorded() throws {
    let scratch = try prepared()
    _ = try train([], in: scratch)
    let plain = try scratch.read("run.h5")
    _ = try train(
      ["--optimiser", "sgd", "--momentum", "0.9", "--weight-decay", "0.0005"], in: scratch)
    #expect(try scratch.read("run.h5") == plain)
    var root = try File.open(scratch.file("run.h5")).root
    #expect(try root.attribute("optimiser") == nil && root.attribute("momentum") == .double(0.9))
    _ = try train(["--optimiser", "adamw", "--beta2", "0.95"], in: scratch)
    root = try File.open(scratch.file("run.h5")).root
    let expected: [String: AttributeValue] = [
      "optimiser": .string("adamw"), "beta1": .double(0.9), "beta2": .double(0.95),
      "weight_decay": .double(0.01), "learning_rate": .double(0.02),
    ]
    for (name, value) in expected { #expect(try root.attribute(name) == value) }
    #expect(try root.attribute("momentum") == nil && root.attribute("nesterov") == nil)
    let history = try #require(try root.attribute("history")?.string)
    #expect(
      history.contains("--optimiser adamw --beta1 0.9 --beta2 0.95 --weight-decay 0.01 --schedule"))
  }

  /// The run has two epochs of one step each. The stored means give the gradients g = (mₜ − β₁·mₜ₋₁)/(1 − β₁), from which
  /// the expected values are computed by PyTorch's formulas in double precision.
  @Test func adamWsStepsAreCountedOverEpochs() throws {
    let scratch = try prepared()
    func read(_ file: String, _ name: String) throws -> [Double] {
      try File.open(scratch.file(file)).root.read(name, as: Float.self).values.map(Double.init)
    }
    let (rate, decay) = (0.02, 0.1)
    // The values are rounded to single precision.
    let (beta1, beta2) = (Double(0.9 as Float), Double(0.999 as Float))
    for epochs in ["1", "2"] {
      try succeed(
        scratch.run(
          "train", "init.h5", "--images", "images.h5", "--batch", "4096", "--optimiser", "adamw",
          "--learning-rate", "\(rate)", "--weight-decay", "\(decay)", "--epochs", epochs,
          "--checkpoint", "state-\(epochs).h5", "--keep-checkpoint", "-o", "run-\(epochs).h5"))
    }
    for name in ["features.0.weight", "classifier.0.weight", "classifier.3.bias"] {
      let keep = name.hasSuffix("bias") ? 1 : 1 - rate * decay
      var (weight, m, v) = (try read("init.h5", name), [Double](), [Double]())
      for step in [1, 2] {
        let found = try (
          read("run-\(step).h5", name), read("state-\(step).h5", "exp_avg/\(name)"),
          read("state-\(step).h5", "exp_avg_sq/\(name)")
        )
        let largest = found.1.map(abs).max() ?? 0
        #expect(largest > 0)
        let (first, second) = (1 - pow(beta1, Double(step)), 1 - pow(beta2, Double(step)))
        var (squareError, weightError) = (0.0, 0.0)
        for i in weight.indices {
          let (m0, v0) = step == 1 ? (0, 0) : (m[i], v[i])
          let gradient = (found.1[i] - beta1 * m0) / (1 - beta1)
          let square = beta2 * v0 + (1 - beta2) * gradient * gradient
          let error = abs(found.2[i] - square) / (square + 1e-4 * largest * largest)
          squareError = max(squareError, error)
          let move = rate * (found.1[i] / first) / ((found.2[i] / second).squareRoot() + 1e-8)
          weightError = max(weightError, abs(found.0[i] - (weight[i] * keep - move)))
        }
        #expect(squareError < 1e-5 && weightError < 1e-6, "\(name), step \(step)")
        (weight, m, v) = found
      }
    }
  }

  /// 65,536 maps of 512×512 would take more than a terabyte, but there are only ten images.
  @Test func memoryOfABatchIsLimitedByTheNumberOfImages() throws {
    let scratch = try prepared()
    let few = ["--side", "512", "--subset", "10", "--test-subset", "4"]
    let whole = try train(few + ["--batch", "65536"], in: scratch)
    #expect(try train(few + ["--batch", "8"], in: scratch) == whole)
  }

  @Test func threadCountDoesNotChangeBytes() throws {
    let scratch = try prepared()
    _ = try train(Self.all, in: scratch)
    let first = try scratch.read("run.h5")
    for threads in ["1", "3"] {
      // Images are also resized, after the augmentation.
      _ = try train(Self.all + ["--threads", threads], in: scratch)
      #expect(try scratch.read("run.h5") == first)
    }
    _ = try train(Self.all + ["--side", "16", "--threads", "1"], in: scratch)
    let resized = try scratch.read("run.h5")
    _ = try train(Self.all + ["--side", "16", "--threads", "2"], in: scratch)
    #expect(try scratch.read("run.h5") == resized)
  }

  /// With a learning rate too small to change weights, mixing changes only the running loss.
  @Test func evaluatedImagesAreNotMixed() throws {
    let scratch = try prepared()
    func columns(_ more: [String]) throws -> [String: [Double]] {
      let still = ["--learning-rate", "1e-30", "--weight-decay", "0"]
      _ = try train(still + more, in: scratch)
      let root = try File.open(scratch.file("run.h5")).root
      let names = ["train_loss", "train_loss_evaluated", "validation_loss", "test_accuracy"]
      return try Dictionary(
        uniqueKeysWithValues: names.map {
          ($0, try root.read("epochs/\($0)", as: Double.self).values)
        })
    }
    let plain = try columns([])
    for mixing in [["--mixup", "1"], ["--cutmix", "1"]] {
      let mixed = try columns(mixing)
      let changed = plain.filter { mixed[$0.key] != $0.value }.map(\.key)
      #expect(changed == ["train_loss"], "\(mixing)")
    }
  }

  /// `--epochs 0` measures the network and makes no step, whatever the warm-up.
  @Test func warmUpIsAcceptedWithZeroEpochs() throws {
    let scratch = try prepared()
    _ = try train(["--epochs", "0", "--warm-up", "0.5"], in: scratch)
    #expect(try File.open(scratch.file("run.h5")).root.attribute("warm_up") == .double(0.5))
  }

  @Test func onlyNeutralValuesChangeNothing() throws {
    let scratch = try prepared()
    let plain = try train([], in: scratch)
    for neutral in [
      ["--schedule", "step:1:1"], ["--schedule", "step:2:0.1"], ["--augment", "none"],
      ["--clip", "1e9"], ["--label-smoothing", "0"], ["--warm-up", "0"],
      ["--mixup", "0", "--cutmix", "0"],
    ] {
      #expect(try train(neutral, in: scratch) == plain, "\(neutral)")
    }
    var seen = [plain]
    for other in [
      ["--schedule", "step:1:0.1"], ["--schedule", "cosine"], ["--augment", "flip"],
      ["--augment", "crop"], ["--clip", "0.1"], ["--label-smoothing", "0.2"], ["--nesterov"],
      ["--warm-up", "1"], ["--warm-up", "1", "--schedule", "cosine"], ["--mixup", "0.8"],
      ["--cutmix", "1"],
      ["--mixup", "0.8", "--cutmix", "1"],
    ] {
      let weights = try train(other, in: scratch)
      #expect(!seen.contains(weights), "\(other)")
      seen.append(weights)
    }
  }

  @Test(arguments: [
    ["--schedule", "linear"], ["--schedule", "step:0:0.5"], ["--schedule", "step:2:2"],
    ["--augment", "flip,rotate"], ["--augment", ""], ["--clip", "0"], ["--clip", "nan"],
    ["--label-smoothing", "1"], ["--nesterov", "--momentum", "0"], ["--optimiser", "adam"],
    ["--beta1", "0.9"], ["--optimiser", "sgd", "--beta2", "0.9"],
    ["--optimiser", "adamw", "--momentum", "0.9"], ["--optimiser", "adamw", "--nesterov"],
    ["--optimiser", "adamw", "--beta1", "1"], ["--optimiser", "adamw", "--beta2", "-0.1"],
    ["--optimiser", "adamw", "--weight-decay", "-1"], ["--warm-up", "-0.5"], ["--warm-up", "nan"],
    ["--warm-up", "20"], ["--warm-up", "4", "--epochs", "4"],
  ])
  func impossibleValuesAreRefused(words: [String]) throws {
    let scratch = try Scratch()
    let refused = try scratch.run("train", ["init.h5", "--images", "images.h5", "-o", "x"] + words)
    #expect(refused.status == 64, "\(refused.errors)")
    #expect(refused.errors.split(separator: "\n").count == 1)
  }
}
