// Reading and writing of a run's checkpoint.

import Foundation
import HDF5
import Networks
import Schemas
import Tensors
import Tooling

/// A run's state on the disk: read once before training, written between epochs, removed at the end.
struct Checkpoint {
  private let path: String
  private let output: Output
  private let options: CheckpointOptions
  private let asked: AskedWords

  /// - Parameters:
  ///   - path: as `CheckpointOptions.path` has it.
  ///   - asked: all that decides the result.
  init(_ options: CheckpointOptions, path: String, asked: AskedWords) throws {
    output = try Output(path: path)
    guard output.file != nil else {
      throw ToolError(.usage, "--checkpoint \(path): a checkpoint is a file, not a pipe or device")
    }
    self.path = path
    self.options = options
    self.asked = asked
  }

  /// Continues from a checkpoint of this same run, if there is one.
  /// - Parameter finished: where the run will be written. A shorter run there cannot be continued without its
  ///   checkpoint, which is reported.
  /// - Returns: whether there was a checkpoint to continue from.
  /// - Throws: `ToolError` for a checkpoint of another run, and for a damaged one: it is kept.
  func resume(_ training: Training, insteadOf finished: Output) throws -> Bool {
    guard FileManager.default.fileExists(atPath: path) else {
      reportShorterRun(finished)
      return false
    }
    guard !options.restart else {
      Log.say("starting from the beginning, since --restart discards \(path)")
      return false
    }
    let found = try read()
    let differences = asked.differences(
      from: AskedWords(found.asked), after: found.state.epochs.count)
    guard differences.isEmpty else {
      throw ToolError(
        .usage,
        "\(path) belongs to another run, with \(differences.joined(separator: ", ")): --restart discards it"
      )
    }
    // A forged file may have the digest of its own contents.
    let (mine, kept) = (training.network, found.state.network)
    guard kept.architecture == mine.architecture, kept.preparation == mine.preparation,
      found.state.slots.map(\.name) == training.slotNames,
      found.state.epochs.count <= AskedWords(found.asked).epochs
    else {
      throw damaged(
        "\(path): its network, epochs or update rule do not fit the options in it")
    }
    if found.arithmetic != Arithmetic.description {
      Log.warn(
        "\(path) was computed with \(found.arithmetic), and the run continues with "
          + "\(Arithmetic.description): its last bits will differ from those of either alone")
    }
    training.resume(from: found.state)
    Log.say("continuing after epoch \(training.epochs.count), from \(path)")
    return true
  }

  private func reportShorterRun(_ finished: Output) {
    guard let path = finished.file, FileManager.default.fileExists(atPath: path),
      let run = try? RunSummary(Input(path: path).openHDF5()), run.divergedAt == nil,
      run.epochs.count < asked.epochs
    else { return }
    Log.say(
      "\(path) has \(run.epochs.count) epochs but no checkpoint to continue from "
        + "(--keep-checkpoint keeps one): training starts from the beginning")
  }

  private func read() throws -> CheckpointFile {
    do { return try CheckpointFile(Input(path: path).openHDF5()) } catch {
      throw damaged("\(error)")
    }
  }

  private func damaged(_ reason: String) -> ToolError {
    ToolError(.data, "the checkpoint is damaged: \(reason): --restart discards it")
  }

  /// Writes the state after every `--checkpoint-every` epochs. If that fails, the run continues without it.
  /// - Parameter run: the run so far.
  func save(_ training: Training, as run: () -> RunFile) {
    guard !training.isFinished, training.epochs.count % options.checkpointEvery == 0 else { return }
    write(training, as: run)
  }

  /// After the run is written: keeps its state for more epochs if `--keep-checkpoint` is given, else removes it.
  func finish(_ training: Training, as run: () -> RunFile) {
    guard options.keepCheckpoint, training.divergedAt == nil else { return output.remove() }
    write(training, as: run)
  }

  private func write(_ training: Training, as run: () -> RunFile) {
    do {
      let checkpoint = CheckpointFile(
        asked: asked.lines, arithmetic: Arithmetic.description, state: training.state)
      try output.writeHDF5(streaming: true) { try checkpoint.write(run(), to: $0) }
    } catch {
      Log.warn("no checkpoint: \(error)")
    }
  }
}
