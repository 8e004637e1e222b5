/// A killed `train`, given again, ends with the bytes of an undisturbed one.

import Foundation
import HDF5
import Testing

struct ResumeTests {
  static let epochs = 12
  static let training = [
    "train", "init.h5", "--images", "images.h5", "--batch", "16", "--learning-rate", "0.02",
    "--augment", "flip,crop", "--schedule", "cosine", "--nesterov",
  ]

  /// Words of a run into `output`; all runs are of the same options but those given.
  func words(_ output: String, _ more: [String] = []) -> [String] {
    Array(Self.training.dropFirst()) + ["--epochs", "\(Self.epochs)", "-o", output] + more
  }

  /// images.h5, init.h5 and the undisturbed whole.h5
  func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", count: 400, side: 16)
    try scratch.drawInitialNetwork()
    let whole = try scratch.run("train", words("whole.h5"))
    try #require(whole.status == 0, "\(whole.errors)")
    #expect(!scratch.names().contains { $0.contains("checkpoint") })
    return scratch
  }

  /// Starts a run, and kills it when it has ended an epoch, or a later one, and some milliseconds have
  /// passed. A run that was quicker than that is tried again.
  func kill(
    _ words: [String], after epoch: Int, milliseconds: Double = 0, in scratch: Scratch
  ) throws {
    for _ in 1...10 {
      let running = try RunningTool("train", words, in: scratch)
      while running.process.isRunning, (lastEpoch(running.errors) ?? 0) < epoch {
        Thread.sleep(forTimeInterval: 0.001)
      }
      Thread.sleep(forTimeInterval: milliseconds / 1000)
      Foundation.kill(running.process.processIdentifier, SIGKILL)
      let outcome = try running.wait()
      if outcome.status == 128 + SIGKILL { return }
      try? FileManager.default.removeItem(atPath: scratch.file("run.h5"))
    }
    Issue.record("ten runs ended before they could be killed")
  }

  /// The number in the last whole `epoch N/…`.
  func lastEpoch(_ errors: String) -> Int? {
    errors.components(separatedBy: "epoch ").dropFirst().compactMap { text in
      text.firstIndex(of: "/").flatMap { Int(text[..<$0]) }
    }.last
  }

  @Test func killedAtAnyMomentItGoesOn() throws {
    let scratch = try prepared()
    for (epoch, milliseconds) in [(1, 0.0), (2, 3), (4, 8), (7, 1), (11, 0)] {
      try kill(words("run.h5"), after: epoch, milliseconds: milliseconds, in: scratch)
    }
    try scratch.write("killed while it was written", to: "run.h5.checkpoint.partial-0")
    #expect(!scratch.names().contains("run.h5"))
    #expect(scratch.names().contains("run.h5.checkpoint"))
    let resumed = try scratch.run("train", words("run.h5", ["--threads", "1"]))
    #expect(resumed.status == 0)
    #expect(resumed.errors.contains("going on after epoch"), "\(resumed.errors)")
    #expect(!resumed.errors.contains("epoch 5/"), "\(resumed.errors)")
    #expect(try scratch.read("run.h5") == scratch.read("whole.h5"))
    #expect(!scratch.names().contains { $0.contains("checkpoint") })
  }

  @Test func aCheckpointEverySoManyEpochsLosesNoMore() throws {
    let scratch = try prepared()
    let place = ["--checkpoint", "state.h5", "--checkpoint-every", "3"]
    try kill(words("run.h5", place), after: 8, in: scratch)
    let resumed = try scratch.run("train", words("run.h5", place))
    // The next one may have been written before the signal came.
    #expect(
      ["6", "9"].contains { resumed.errors.contains("going on after epoch \($0), from") },
      "\(resumed.errors)")
    #expect(try scratch.read("run.h5") == scratch.read("whole.h5"))
    #expect(!scratch.names().contains("state.h5"))
  }

  @Test(arguments: [
    (["--weight-decay", "0.001"], "it is of --weight-decay 0.0005, not 0.001"),
    (["--clip", "1"], "it is of --clip unset, not 1.0"),
    (["--seed", "2"], "it is of --seed 1, not 2"),
    (["--images", "others.h5"], "it is of another images"),
  ])
  func aCheckpointOfAnotherRunIsIgnored(more: [String], reason: String) throws {
    let scratch = try prepared()
    try scratch.writeImages("others.h5", count: 402, side: 16)
    try kill(words("run.h5"), after: 3, in: scratch)
    let other = try scratch.run("train", words("run.h5", more))
    #expect(other.status == 0)
    #expect(other.errors.contains("run.h5.checkpoint is ignored: \(reason)"), "\(other.errors)")
    #expect(other.errors.contains("epoch 1/"))
    let undisturbed = try scratch.run("train", words("other.h5", more))
    #expect(undisturbed.status == 0)
    #expect(try scratch.read("run.h5") == scratch.read("other.h5"))
  }

  /// Cut short, one bit of a weight changed, no HDF5 file at all, a run.
  @Test(arguments: ["cut", "bit", "text", "run"])
  func aDamagedCheckpointIsIgnored(damage: String) throws {
    let scratch = try prepared()
    try kill(words("run.h5"), after: 3, in: scratch)
    var bytes = try scratch.read("run.h5.checkpoint")
    switch damage {
    case "cut": bytes = bytes.prefix(bytes.count * 2 / 3)
    case "bit":
      let checkpoint = try File.open(scratch.file("run.h5.checkpoint"))
      let velocity = try checkpoint.root.read("momentum/features.0.weight", as: Float.self).values
      try checkpoint.close()
      let place = try #require(
        bytes.range(of: withUnsafeBytes(of: velocity[3].bitPattern.littleEndian) { Data($0) }))
      bytes[place.lowerBound] ^= 1
    case "text": bytes = Data("no checkpoint\n".utf8)
    default: bytes = try scratch.read("whole.h5")
    }
    try scratch.write(bytes, to: "run.h5.checkpoint")
    let again = try scratch.run("train", words("run.h5"))
    #expect(again.status == 0)
    #expect(again.errors.contains("run.h5.checkpoint is ignored: it is damaged"), "\(again.errors)")
    #expect(try scratch.read("run.h5") == scratch.read("whole.h5"))
  }

  @Test func aPipeHasNoCheckpointUnlessAskedFor() throws {
    let scratch = try prepared()
    let piped = try scratch.run("train", words("-"))
    #expect(try piped.output == scratch.read("whole.h5"))
    #expect(!scratch.names().contains { $0.contains("checkpoint") })
    try kill(words("-", ["--checkpoint", "state.h5"]), after: 3, in: scratch)
    let resumed = try scratch.run("train", words("-", ["--checkpoint", "state.h5"]))
    #expect(resumed.errors.contains("going on"), "\(resumed.errors)")
    #expect(try resumed.output == scratch.read("whole.h5"))
  }

  @Test func aCheckpointIsReadAsARun() throws {
    let scratch = try prepared()
    try kill(words("run.h5"), after: 3, in: scratch)
    let report = try scratch.run("report", "run.h5.checkpoint", "--format", "csv")
    #expect(report.status == 0, "\(report.errors)")
    #expect(report.text.contains("kaiming-normal"))
  }

  @Test(arguments: [
    ["--checkpoint", "run.h5"], ["--checkpoint", "/dev/null"],
    ["--checkpoint", "a.h5", "--checkpoint-every", "0"], ["--checkpoint-every", "-1"],
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
