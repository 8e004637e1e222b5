// When and where a run's state is kept, and what happens to a checkpoint that exists already.

import ArgumentParser
import Tooling

struct CheckpointOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep the state of the run here, to go on from after an interruption; removed when the run is written.",
      discussion: "[default: OUTPUT.checkpoint; none when the output is a pipe]", valueName: "file"),
    completion: .file())
  var checkpoint: String?

  @Option(help: ArgumentHelp("Epochs between writes of the state; 0: never.", valueName: "epochs"))
  var checkpointEvery = 1

  @Flag(help: "Keep the state of the finished run too, so that more --epochs can go on from it.")
  var keepCheckpoint = false

  @Flag(help: "Begin anew where there is a checkpoint, whatever run it is of, and replace it.")
  var restart = false

  func validate() throws {
    try check(checkpointEvery >= 0, "--checkpoint-every is not negative, not \(checkpointEvery)")
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
