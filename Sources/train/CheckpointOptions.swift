// When and where a run's state is kept, and what happens to a checkpoint that exists already.

import ArgumentParser
import Tooling

struct CheckpointOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep the state of the run in this file, from which an interrupted run continues. The file is removed when the run is written.",
      discussion: "[default: OUTPUT.checkpoint; none when the output is a pipe]", valueName: "file"),
    completion: .file())
  var checkpoint: String?

  @Option(
    help: ArgumentHelp("Number of epochs between checkpoints; 0 writes none.", valueName: "epochs"))
  var checkpointEvery = 1

  @Flag(help: "Keep the state of the finished run too, so that more --epochs can continue it.")
  var keepCheckpoint = false

  @Flag(help: "Start from the beginning and replace a checkpoint, even one of another run.")
  var restart = false

  func validate() throws {
    try check(checkpointEvery >= 0, "--checkpoint-every is 0 or more, not \(checkpointEvery)")
    let isAsked = checkpoint != nil || keepCheckpoint || restart
    try check(
      checkpointEvery > 0 || !isAsked,
      "--checkpoint-every 0 contradicts --checkpoint, --keep-checkpoint and --restart")
  }

  /// The path of the checkpoint of a run that is written to `output`; nil where none is kept.
  func path(output: String) throws -> String? {
    guard checkpointEvery > 0 else { return nil }
    guard let path = try checkpoint ?? Output(path: output).file.map({ $0 + ".checkpoint" }) else {
      try check(
        !keepCheckpoint && !restart,
        "the output is a pipe: --keep-checkpoint and --restart need --checkpoint FILE")
      return nil
    }
    return path
  }
}
