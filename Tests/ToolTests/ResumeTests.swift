// A `train` that was killed and run again ends with the bytes of an uninterrupted run.

import Foundation
import HDF5
import Networks
import Schemas
import Testing

struct ResumeTests {
  static let epochs = 12
  static let training = [
    "train", "init.h5", "--images", "images.h5", "--batch", "16", "--learning-rate", "0.02",
    "--augment", "flip,crop", "--schedule", "cosine", "--nesterov", "--warm-up", "0.5",
    "--mixup", "0.8", "--cutmix", "1",
  ]

  /// The command line of a run into `output`. All runs have the same options except the given ones.
  func words(_ output: String, _ more: [String] = []) -> [String] {
    Array(Self.training.dropFirst()) + ["--epochs", "\(Self.epochs)", "-o", output] + more
  }

  /// A folder with images.h5, init.h5 and whole.h5, which is an uninterrupted run.
  func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", count: 400, side: 16)
    try scratch.drawInitialNetwork()
    let whole = try scratch.run("train", words("whole.h5"))
    try #require(whole.status == 0, "\(whole.errors)")
    #expect(!scratch.names().contains { $0.contains("checkpoint") })
    return scratch
  }

  /// Starts a run and kills it some milliseconds after it has completed the given epoch or a later one. If the run ends
  /// before that, it is started again.
  func kill(
    _ words: [String], after epoch: Int, milliseconds: Double = 0, in scratch: Scratch
  ) throws {
    for _ in 1...10 {
      let running = try RunningTool("train", words, in: scratch)
      while running.isRunning, (lastEpoch(running.errors) ?? 0) < epoch {
        Thread.sleep(forTimeInterval: 0.001)
      }
      Thread.sleep(forTimeInterval: milliseconds / 1000)
      running.kill(SIGKILL)
      let outcome = try running.wait()
      if outcome.status == 128 + SIGKILL { return }
      try? FileManager.default.removeItem(atPath: scratch.file("run.h5"))
    }
    Issue.record("ten runs ended before they could be killed")
  }

  /// The number N in the last complete `epoch N/…`.
  func lastEpoch(_ errors: String) -> Int? {
    errors.components(separatedBy: "epoch ").dropFirst().compactMap { text in
      text.firstIndex(of: "/").flatMap { Int(text[..<$0]) }
    }.last
  }

  @Test func runKilledAtAnyMomentContinues() throws {
    let scratch = try prepared()
    for (epoch, milliseconds) in [(1, 0.0), (2, 3), (4, 8), (7, 1), (11, 0)] {
      try kill(words("run.h5"), after: epoch, milliseconds: milliseconds, in: scratch)
    }
    try scratch.write("killed while it was written", to: "run.h5.checkpoint.partial-0")
    #expect(!scratch.names().contains("run.h5"))
    #expect(scratch.names().contains("run.h5.checkpoint"))
    let resumed = try scratch.run("train", words("run.h5", ["--threads", "1"]))
    #expect(resumed.status == 0)
    #expect(resumed.errors.contains("continuing after epoch"), "\(resumed.errors)")
    #expect(!resumed.errors.contains("epoch 5/"), "\(resumed.errors)")
    #expect(try scratch.read("run.h5") == scratch.read("whole.h5"))
    #expect(!scratch.names().contains { $0.contains("checkpoint") })
  }

  @Test func checkpointEveryLimitsTheLostEpochs() throws {
    let scratch = try prepared()
    let place = ["--checkpoint", "state.h5", "--checkpoint-every", "3"]
    try kill(words("run.h5", place), after: 8, in: scratch)
    let resumed = try scratch.run("train", words("run.h5", place))
    // The next one may have been written before the signal came.
    #expect(
      ["6", "9"].contains { resumed.errors.contains("continuing after epoch \($0), from") },
      "\(resumed.errors)")
    #expect(try scratch.read("run.h5") == scratch.read("whole.h5"))
    #expect(!scratch.names().contains("state.h5"))
  }

  /// The last option changes the result only through a schedule that depends on it. Each message names both values.
  @Test(arguments: [
    (["--weight-decay", "0.001"], ["--weight-decay 0.0005, not 0.001"]),
    (["--clip", "1"], ["--clip unset, not 1.0"]),
    (["--warm-up", "1", "--mixup", "1"], ["--warm-up 0.5, not 1.0", "--mixup 0.8, not 1.0"]),
    (["--seed", "2", "--batch", "8"], ["--batch 16, not 8", "--seed 1, not 2"]),
    (["--images", "others.h5"], ["images sha256:"]),
    (["--epochs", "13"], ["--epochs 12, not 13"]),
  ])
  func checkpointOfAnotherRunIsRefusedAndKept(more: [String], reasons: [String]) throws {
    let scratch = try prepared()
    try scratch.writeImages("others.h5", count: 402, side: 16)
    try kill(words("run.h5"), after: 3, in: scratch)
    let kept = try scratch.read("run.h5.checkpoint")
    let refused = try scratch.run("train", words("run.h5", more))
    #expect(refused.status == 64)
    #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
    for reason in reasons { #expect(refused.errors.contains(reason), "\(refused.errors)") }
    #expect(refused.errors.contains("--restart discards it"), "\(refused.errors)")
    #expect(try scratch.read("run.h5.checkpoint") == kept)
    let other = try scratch.run("train", words("run.h5", more + ["--restart"]))
    #expect(other.status == 0, "\(other.errors)")
    #expect(other.errors.contains("epoch 1/"))
    try succeed(scratch.run("train", words("other.h5", more)))
    #expect(try scratch.read("run.h5") == scratch.read("other.h5"))
    #expect(!scratch.names().contains { $0.contains("checkpoint") })
  }

  /// The damage is in one bit of a velocity, in an attribute for the network's shape, or in one for its preparation.
  @Test(arguments: ["bit", "dropout", "mean"])
  func damagedCheckpointIsRefusedUntilItIsDiscarded(damage: String) throws {
    let scratch = try prepared()
    try kill(words("run.h5"), after: 3, in: scratch)
    var bytes = try scratch.read("run.h5.checkpoint")
    let root = try File.open(scratch.file("run.h5.checkpoint")).root
    let number: UInt64
    switch damage {
    case "bit":
      let velocity = try root.read("momentum/features.0.weight", as: Float.self).values
      let place = try #require(bytes.range(of: data(velocity[3].bitPattern)))
      bytes[place.lowerBound] ^= 1
      number = 0
    case "dropout": number = try #require(root.attribute("dropout")?.double).bitPattern
    default: number = try #require(root.attribute("mean")?.doubles?.first).bitPattern
    }
    if damage != "bit" {
      let place = try #require(bytes.range(of: data(number)))
      bytes.replaceSubrange(place, with: data((0.25 as Double).bitPattern))
    }
    try scratch.write(bytes, to: "run.h5.checkpoint")
    for _ in 1...2 {
      let refused = try scratch.run("train", words("run.h5"))
      #expect(refused.status == 65)
      #expect(refused.errors.contains("the checkpoint is damaged"), "\(refused.errors)")
      #expect(refused.errors.hasSuffix("--restart discards it\n"), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
    }
    let again = try scratch.run("train", words("run.h5", ["--restart"]))
    #expect(again.status == 0)
    #expect(try scratch.read("run.h5") == scratch.read("whole.h5"))
  }

  /// The forged checkpoints have valid digests, but another network, more epochs than requested, or the state of another
  /// update rule.
  @Test(arguments: ["network", "epochs", "rule"])
  func forgedCheckpointIsRefused(_ other: String) throws {
    let ofAnotherNetwork = other == "network"
    let scratch = try prepared()
    let short = ["--epochs", "2", "--keep-checkpoint"]
    try succeed(scratch.run("train", words("run.h5", short)))
    let path = scratch.file("run.h5.checkpoint")
    let found = try CheckpointFile(File.open(path))
    var architecture = found.state.network.architecture
    if ofAnotherNetwork { architecture.dropout = 0.25 }
    let network = try Network(
      architecture, parameters: found.state.network.parameters,
      preparation: found.state.network.preparation)
    let slots = found.state.slots.map { slot in
      TrainingState.Slot(other == "rule" ? "exp_avg" : slot.name, slot.tensors)
    }
    let state = TrainingState(
      network: network, slots: slots,
      epochs: found.state.epochs + (other == "epochs" ? found.state.epochs : []), best: nil)
    let forged = try File.create(path)
    try CheckpointFile(asked: found.asked, arithmetic: found.arithmetic, state: state).write(
      RunFile(
        NetworkFile(network), best: nil, bestEpoch: nil, probe: nil, epochs: state.epochs,
        divergedAt: nil, dataset: "stripes", seed: 1, options: [:]), to: forged)
    try forged.close()
    _ = try CheckpointFile(File.open(path))
    let refused = try scratch.run("train", words("run.h5", short))
    #expect(refused.status == 65)
    #expect(
      refused.errors.contains("its network, epochs or update rule do not fit the options"),
      "\(refused.errors)")
  }

  private func data(_ bits: some FixedWidthInteger) -> Data {
    withUnsafeBytes(of: bits.littleEndian) { Data($0) }
  }

  /// The file is truncated, not HDF5, or a finished run.
  @Test(arguments: ["cut", "text", "run"])
  func filesThatAreNotCheckpointsAreKept(kind: String) throws {
    let scratch = try prepared()
    let bytes: Data =
      switch kind {
      case "cut": try scratch.read("whole.h5").prefix(5000)
      case "text": Data("precious\n".utf8)
      default: try scratch.read("whole.h5")
      }
    try scratch.write(bytes, to: "run.h5.checkpoint")
    for more in [[], ["--restart"]] {
      let refused = try scratch.run("train", words("run.h5", more))
      #expect(refused.status == 64)
      #expect(
        refused.errors.contains(
          "run.h5.checkpoint: holds \(kind == "run" ? "a run file" : "something else"), not a"),
        "\(refused.errors)")
      #expect(try scratch.read("run.h5.checkpoint") == bytes)
      #expect(!scratch.names().contains("run.h5"))
    }
  }

  @Test(arguments: ["constant", "step:3:0.5"])
  func moreEpochsContinueInterruptedAndFinishedRuns(schedule: String) throws {
    let scratch = try prepared()
    func words(_ output: String, _ epochs: Int, _ more: String...) -> [String] {
      self.words(output, ["--schedule", schedule, "--epochs", "\(epochs)"] + more)
    }
    try succeed(scratch.run("train", words("undisturbed.h5", 9)))
    let (undisturbed, short) = (try scratch.read("undisturbed.h5"), "short.h5")
    try kill(words("run.h5", 12), after: 3, in: scratch)
    let changed = try scratch.run("train", words("run.h5", 9))
    #expect(changed.errors.contains("continuing after epoch"), "\(changed.errors)")
    #expect(try scratch.read("run.h5") == undisturbed)

    try succeed(scratch.run("train", words(short, 5, "--keep-checkpoint")))
    try succeed(scratch.run("train", words("plain.h5", 4)))
    let restarted = try scratch.run("train", words("plain.h5", 5))
    #expect(
      restarted.errors.contains("plain.h5 has 4 epochs but no checkpoint"), "\(restarted.errors)")
    #expect(try scratch.read(short) == scratch.read("plain.h5"))
    #expect(scratch.names().filter { $0.contains("checkpoint") } == ["short.h5.checkpoint"])
    let longer = try scratch.run("train", words(short, 9))
    #expect(longer.errors.contains("continuing after epoch 5"), "\(longer.errors)")
    #expect(!longer.errors.contains("epoch 5/"), "\(longer.errors)")
    #expect(try scratch.read(short) == undisturbed)
    #expect(!scratch.names().contains("short.h5.checkpoint"))
  }

  /// AdamW stores two means for each weight and counts its steps.
  @Test func adamWContinuesWithBothMeans() throws {
    let scratch = try prepared()
    func words(_ output: String, _ epochs: Int, _ more: String...) -> [String] {
      [
        "init.h5", "--images", "images.h5", "--batch", "16", "--optimiser", "adamw", "--epochs",
        "\(epochs)", "-o", output,
      ] + more
    }
    try succeed(scratch.run("train", words("undisturbed.h5", 9)))
    let undisturbed = try scratch.read("undisturbed.h5")
    try kill(words("run.h5", 9), after: 3, in: scratch)
    let kept = try File.open(scratch.file("run.h5.checkpoint")).root
    #expect(try kept.attribute("slots")?.strings == ["exp_avg", "exp_avg_sq"])
    #expect(kept.contains("exp_avg_sq/features.0.weight") && !kept.contains("momentum"))
    let other = try scratch.run("train", self.words("run.h5", ["--epochs", "9"]))
    #expect(other.status == 64 && other.errors.contains("--optimiser adamw, not unset"))
    let resumed = try scratch.run("train", words("run.h5", 9))
    #expect(resumed.errors.contains("continuing after epoch"), "\(resumed.errors)")
    #expect(try scratch.read("run.h5") == undisturbed)

    try succeed(scratch.run("train", words("short.h5", 5, "--keep-checkpoint")))
    let longer = try scratch.run("train", words("short.h5", 9))
    #expect(longer.errors.contains("continuing after epoch 5"), "\(longer.errors)")
    #expect(try scratch.read("short.h5") == undisturbed)
  }

  @Test func fewerEpochsThanCompletedAreRefused() throws {
    let scratch = try prepared()
    let constant = ["--schedule", "constant"]
    try succeed(scratch.run("train", words("run.h5", constant + ["--keep-checkpoint"])))
    let refused = try scratch.run("train", words("run.h5", constant + ["--epochs", "4"]))
    #expect(refused.status == 64)
    #expect(
      refused.errors.contains("12 epochs done, more than --epochs 4: --restart discards it"),
      "\(refused.errors)")
  }

  /// Trains with the OpenBLAS kernels that the environment names, and keeps the checkpoint.
  private static func train(
    under kernels: String, epochs: Int, in scratch: Scratch
  ) throws -> ToolResult {
    try RunningTool(
      "train",
      Array(training.dropFirst()) + [
        "--schedule", "constant", "--keep-checkpoint", "--epochs", "\(epochs)", "-o", "run.h5",
      ], environment: ["OPENBLAS_CORETYPE": kernels], in: scratch
    ).wait()
  }

  /// Whether the environment variable selects OpenBLAS's kernels, which it does not if the library was built for one
  /// machine.
  private static let kernelsAreChosen: Bool =
    (try? {
      let scratch = try Scratch()
      try scratch.writeImages("images.h5", count: 40, side: 16)
      try scratch.drawInitialNetwork()
      try succeed(train(under: "Prescott", epochs: 1, in: scratch))
      let kept = try File.open(scratch.file("run.h5.checkpoint")).root.attribute("arithmetic")
      return kept?.string?.hasPrefix("OpenBLAS Prescott, ") == true
    }()) ?? false

  @Test(.enabled(if: kernelsAreChosen, "this OpenBLAS has kernels for one processor only"))
  func resumingWithOtherKernelsIsReported() throws {
    let scratch = try prepared()
    try succeed(Self.train(under: "Prescott", epochs: 2, in: scratch))
    let same = try Self.train(under: "Prescott", epochs: 3, in: scratch)
    #expect(!same.errors.contains("warning"), "\(same.errors)")
    let other = try Self.train(under: "Nehalem", epochs: 4, in: scratch)
    #expect(other.status == 0)
    #expect(other.errors.contains("warning: run.h5.checkpoint was computed with OpenBLAS Prescott"))
    #expect(other.errors.contains("continues with OpenBLAS Nehalem"), "\(other.errors)")
  }

  @Test func pipeHasNoCheckpointByDefault() throws {
    let scratch = try prepared()
    let piped = try scratch.run("train", words("-"))
    #expect(try piped.output == scratch.read("whole.h5"))
    #expect(!scratch.names().contains { $0.contains("checkpoint") })
    try kill(words("-", ["--checkpoint", "state.h5"]), after: 3, in: scratch)
    let resumed = try scratch.run("train", words("-", ["--checkpoint", "state.h5"]))
    #expect(resumed.errors.contains("continuing"), "\(resumed.errors)")
    #expect(try resumed.output == scratch.read("whole.h5"))
  }

  @Test func checkpointIsReadableAsARun() throws {
    let scratch = try prepared()
    try kill(words("run.h5"), after: 3, in: scratch)
    let report = try scratch.run("report", "run.h5.checkpoint", "--format", "csv")
    #expect(report.status == 0, "\(report.errors)")
    #expect(report.text.contains("kaiming-normal"))
  }

  @Test(arguments: [
    ["--checkpoint", "run.h5"], ["--checkpoint", "/dev/null"],
    ["--checkpoint", "a.h5", "--checkpoint-every", "0"], ["--checkpoint-every", "-1"],
    ["--keep-checkpoint", "--checkpoint-every", "0"], ["-o", "-", "--restart"],
  ])
  func impossibleCheckpointsAreRefused(more: [String]) throws {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5")
    _ = try scratch.run(
      "sample-init",
      ["--method", "zero", "--images", "images.h5", "-o", "init.h5"] + ChainTests.network)
    let refused = try scratch.run("train", words("run.h5", more))
    #expect(refused.status == 64)
    #expect(!scratch.names().contains("run.h5"))
  }
}
