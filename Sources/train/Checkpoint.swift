/// A run's state on the disk, and the options that say when and where it is kept.

import ArgumentParser
import Foundation
import HDF5
import Networks
import Schemas
import Tooling

/// When and where a run's state is kept.
struct CheckpointOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep the state of the run here, to go on from after an interruption; removed when the run is written.",
      discussion: "[default: OUTPUT.checkpoint; none when the output is a pipe]", valueName: "file"),
    completion: .file())
  var checkpoint: String?

  @Option(help: ArgumentHelp("Do so after every so many epochs; 0: never.", valueName: "epochs"))
  var checkpointEvery = 1

  func validate() throws {
    try check(checkpointEvery >= 0, "--checkpoint-every is not negative, not \(checkpointEvery)")
    try check(
      checkpointEvery > 0 || checkpoint == nil, "--checkpoint and --checkpoint-every 0 contradict")
  }
}

/// A run's state on the disk: read once before training, written between epochs, removed at the end.
struct Checkpoint {
  private let path: String
  private let output: Output
  private let every: Int
  private let asked: [String]

  /// nil where no state is kept.
  /// - Parameter asked: all that decides the result, one `name value` each.
  init?(_ options: CheckpointOptions, output: Output, asked: [String]) throws {
    guard options.checkpointEvery > 0,
      let path = options.checkpoint ?? output.file.map({ $0 + ".checkpoint" })
    else { return nil }
    self.output = try Output(path: path)
    guard let file = self.output.file, file != output.file else {
      throw ToolError(.usage, "\(path): a checkpoint is a file of its own")
    }
    self.path = file
    every = options.checkpointEvery
    self.asked = asked
  }

  /// Goes on from a checkpoint of this same run. Any other, or a damaged one, is ignored with a line.
  /// - Returns: whether there was one to go on from.
  func resume(_ training: Training) -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    do {
      let found = try CheckpointFile(Input(path: path).openHDF5())
      if let difference = difference(from: found.asked) {
        Log.warn("\(path) is ignored: \(difference)")
        return false
      }
      training.resume(from: found.state)
      Log.say("going on after epoch \(training.epochs.count), from \(path)")
      return true
    } catch {
      Log.warn("\(path) is ignored: it is damaged or no checkpoint (\(error))")
      return false
    }
  }

  /// Keeps the state where it is due. A run goes on without it where that fails.
  /// - Parameter run: the run so far.
  func save(_ training: Training, as run: () -> RunFile) {
    guard !training.isFinished, training.epochs.count % every == 0 else { return }
    do {
      let checkpoint = CheckpointFile(asked: asked, state: training.state)
      try output.writeHDF5(streaming: true) { try checkpoint.write(run(), to: $0) }
    } catch {
      Log.warn("no checkpoint: \(error)")
    }
  }

  /// What the run was kept for stands: nothing more is needed.
  func remove() { output.remove() }

  /// What another run was asked to do otherwise; nil when it is this one.
  private func difference(from other: [String]) -> String? {
    func named(_ words: [String]) -> [(name: String, value: String)] {
      words.map { word in
        let parts = word.split(separator: " ", maxSplits: 1)
        return (String(parts.first ?? ""), parts.count > 1 ? String(parts[1]) : "")
      }
    }
    let (mine, others) = (named(asked), named(other))
    for (name, value) in mine {
      let theirs = others.first { $0.name == name }?.value
      guard theirs != value else { continue }
      if value.hasPrefix("sha256:") { return "it is of another \(name)" }
      return "it is of \(name) \(theirs ?? "unset"), not \(value)"
    }
    return others.first { other in !mine.contains { $0.name == other.name } }
      .map { "it is of \($0.name) \($0.value), which is unset now" }
  }
}
