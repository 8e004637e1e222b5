// `train --log`, which writes one JSON object in each line.

import Foundation
import HDF5
import Testing

struct TrainingLogTests {
  /// A folder with images.h5 and init.h5. After the split there are 320 training images, so 40 steps of 8 in an epoch.
  func prepared() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeImages("images.h5", count: 400, side: 16)
    try scratch.drawInitialNetwork()
    return scratch
  }

  func words(_ epochs: Int, _ more: [String] = []) -> [String] {
    [
      "init.h5", "--images", "images.h5", "--batch", "8", "--epochs", "\(epochs)",
      "--learning-rate", "0.01", "--schedule", "step:2:0.5", "-o", "run.h5", "--log", "run.jsonl",
    ] + more
  }

  @Test func firstLineHasTheNumbersOfImages() throws {
    let scratch = try prepared()
    try succeed(
      scratch.run("train", words(1, ["--subset", "40", "--side", "8", "--threads", "1"])))
    let start = try #require(lines(scratch).first)
    #expect(
      ["side", "images", "images_in_file", "threads"].map { start[$0] as? Int } == [8, 40, 400, 1])
  }

  func lines(_ scratch: Scratch) throws -> [[String: Any]] {
    let text = String(decoding: try scratch.read("run.jsonl"), as: UTF8.self)
    #expect(text.hasSuffix("\n"))
    return try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func everyEpochAndEveryFiftySteps() throws {
    let scratch = try prepared()
    let outcome = try scratch.run("train", words(5))
    try #require(outcome.status == 0, "\(outcome.errors)")
    let lines = try lines(scratch)
    let kinds = lines.compactMap { $0["kind"] as? String }
    #expect(
      kinds == [
        "start", "epoch", "step", "epoch", "step", "epoch", "step", "epoch", "step", "epoch", "end",
      ])
    #expect(
      lines.compactMap { $0["step"] as? Int } == [0, 40, 50, 80, 100, 120, 150, 160, 200, 200, 200])
    #expect(lines.allSatisfy { $0["steps"] as? Int == 200 && $0["epochs"] as? Int == 5 })
    let seconds = lines.compactMap { $0["seconds"] as? Double }
    #expect(seconds.count == lines.count && seconds == seconds.sorted())
    let epochs = lines.filter { $0["kind"] as? String == "epoch" }
    #expect(epochs.compactMap { $0["epoch"] as? Int } == [1, 2, 3, 4, 5])
    #expect(
      epochs.compactMap { $0["learning_rate"] as? Double } == [0.01, 0.01, 0.005, 0.005, 0.0025])
    let run = try File.open(scratch.file("run.h5")).root
    for column in ["train_loss", "train_accuracy_evaluated", "validation_loss", "test_accuracy"] {
      let recorded = try run.read("epochs/\(column)", as: Double.self).values
      let logged = epochs.compactMap { $0[column] as? Double }
      #expect(logged.count == recorded.count)
      #expect(zip(logged, recorded).allSatisfy { abs($0 - $1) < 1e-12 }, "\(column)")
    }
    let start = try #require(lines.first)
    #expect(start["dataset"] as? String == "stripes")
    #expect(start["architecture"] as? String == "vgg:16,M,16,M")
    #expect(["side", "images", "images_in_file"].map { start[$0] as? Int } == [16, 400, 400])
    #expect(start["threads"] as? Int ?? 0 > 0 && lines[1]["architecture"] == nil)
    let memory = try #require(lines.last?["peak_memory"] as? Int)
    #expect((1_000_000..<4_000_000_000).contains(memory))
    let step = try #require(lines.first { $0["kind"] as? String == "step" })
    for name in ["loss", "accuracy", "learning_rate", "images_per_second", "epoch"] {
      #expect(step[name] is NSNumber, "\(name)")
    }
  }

  /// With 60 steps of warm-up, the rate is η·40/61 at step 40, η·50/61 at step 50, then η, and η/2 in the third epoch.
  @Test func warmUpOfOneAndAHalfEpochsIsLogged() throws {
    let scratch = try prepared()
    try succeed(scratch.run("train", words(3, ["--warm-up", "1.5"])))
    let rates = try lines(scratch).compactMap { $0["learning_rate"] as? Double }
    let expected = [0.01 * 40 / 61, 0.01 * 50 / 61, 0.01, 0.005, 0.005]
    #expect(rates.count == expected.count)
    #expect(zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-8 }, "\(rates)")
  }

  @Test func resumedRunAppendsAndNewRunReplacesTheLog() throws {
    let scratch = try prepared()
    let running = try RunningTool("train", words(30), in: scratch)
    while running.isRunning, !running.errors.contains("epoch 3/") {
      Thread.sleep(forTimeInterval: 0.001)
    }
    running.kill(SIGKILL)
    _ = try running.wait()
    // The log ends as if the process had been killed in the middle of a line.
    let torn = try scratch.read("run.jsonl") + Data("{\"kind\":\"st".utf8)
    try scratch.write(torn, to: "run.jsonl")
    let resumed = try scratch.run("train", words(30))
    #expect(resumed.errors.contains("continuing"), "\(resumed.errors)")
    let text = String(decoding: try scratch.read("run.jsonl"), as: UTF8.self)
    #expect(text.hasPrefix(String(decoding: torn, as: UTF8.self) + "\n{"))
    #expect(text.components(separatedBy: "\"kind\":\"start\"").count == 3)
    #expect(text.components(separatedBy: "\"kind\":\"end\"").count == 2)
    _ = try scratch.run("train", words(2))
    #expect(try lines(scratch).filter { $0["kind"] as? String == "start" }.count == 1)
  }

  @Test func unsuitableLogPathsAreRefused() throws {
    let scratch = try prepared()
    let refused = try scratch.run("train", words(1, ["--log", "no/folder/run.jsonl"]))
    #expect(refused.status == 73)
    #expect(!scratch.names().contains("run.h5"))
    // A log that can no longer be written does not stop a run.
    let full = try scratch.run("train", words(1, ["--log", "/dev/full"]))
    #expect(full.status == 0)
    #expect(full.errors.contains("the log ends here"), "\(full.errors)")
  }

  @Test func divergedRunsAreLoggedAsValidJSON() throws {
    let scratch = try prepared()
    let outcome = try scratch.run("train", words(9, ["--learning-rate", "1e20"]))
    #expect(outcome.errors.contains("diverged"))
    let epoch = try #require(try lines(scratch).first { $0["kind"] as? String == "epoch" })
    #expect(epoch["train_loss"] == nil && epoch["epoch"] as? Int == 1)
  }
}
