/// The checkpoint file, read and written.

import Crypto
import Foundation
import HDF5
import Networks
import Tensors
import Tooling

/// The *checkpoint* file: the run so far as a run file, and what it takes to go on: SGD's velocities in
/// `momentum/…` under the parameters' names, `asked` (what the run was asked to do, one `name value`
/// a line), `arithmetic` (what it was computed with) and `digest`, the SHA-256 of all that is taken over
/// from it.
public struct CheckpointFile {
  /// All that decides the result, one `name value` each.
  public let asked: [String]
  /// OpenBLAS's kernels and the build's vector unit, which decide the last bits.
  public let arithmetic: String
  /// What the run goes on from.
  public let state: TrainingState

  public init(asked: [String], arithmetic: String, state: TrainingState) {
    self.asked = asked
    self.arithmetic = arithmetic
    self.state = state
  }

  /// Whether a file is a checkpoint, whole or damaged: only checkpoints hold velocities.
  static func isCheckpoint(_ file: File) -> Bool {
    RunFile.isRun(file) && file.root.contains(velocities)
  }

  /// - Parameter run: the run so far.
  public func write(_ run: RunFile, to file: File) throws {
    try run.write(to: file)
    let momentum = try file.root.createGroup(Self.velocities)
    for (name, shape) in state.network.architecture.parameters {
      try momentum.write(state.momentum[name]?.values ?? [], shape: shape, to: name)
    }
    try file.root.setAttribute(Key.asked, .strings(asked))
    try file.root.setAttribute(Key.arithmetic, .string(arithmetic))
    try file.root.setAttribute(Key.digest, .string(digest))
  }

  /// - Throws: `ToolError` naming the file and what is missing or damaged.
  public init(_ file: File) throws {
    let root = file.root
    asked = try root.required(Key.asked, "a list of words", \.strings)
    arithmetic = try root.required(Key.arithmetic, "text", \.string)
    let run = try RunSummary(file)
    let network = try NetworkFile(file).network
    guard root.contains(Self.velocities) else {
      throw schemaError(file, "no group '\(Self.velocities)'")
    }
    let place = try root.group(Self.velocities)
    var momentum: [String: Tensor] = [:]
    for (name, shape) in network.architecture.parameters {
      momentum[name] = Tensor(try place.floats(name, shape: shape), shape: shape)
    }
    let best = try run.bestEpoch.map { (try NetworkFile(file, best: true).network, $0) }
    state = TrainingState(network: network, momentum: momentum, epochs: run.epochs, best: best)
    guard try root.required(Key.digest, "text", \.string) == digest else {
      throw schemaError(file, "its content does not have the digest it was written with")
    }
  }

  private static let velocities = "momentum"

  private enum Key { static let asked = "asked", arithmetic = "arithmetic", digest = "digest" }

  /// Attributes that only a checkpoint has.
  static let attributes = [Key.asked, Key.arithmetic, Key.digest]

  /// SHA-256 of everything that a run takes over, each text with its length before it.
  private var digest: String {
    var function = SHA256()
    func update(_ text: String) {
      function.update(data: Data("\(text.utf8.count) \(text)".utf8))
    }
    let (architecture, preparation) = (state.network.architecture, state.network.preparation)
    for text in asked + [
      arithmetic, architecture.name, "\(architecture.outputs)", "\(architecture.hidden)",
      "\(architecture.pooled)", "\(architecture.dropout)", "\(preparation.mean)",
      "\(preparation.std)", "\(preparation.side ?? 0)", "\(state.best?.epoch ?? -1)",
    ] { update(text) }
    let best = state.best?.network.parameters ?? [:]
    for (name, _) in architecture.parameters {
      for tensor in [state.network[name], state.momentum[name], best[name]] {
        tensor?.values.withUnsafeBytes { function.update(bufferPointer: $0) }
      }
    }
    for (_, path) in RunFile.columns {
      state.epochs.map { $0[keyPath: path] }
        .withUnsafeBytes { function.update(bufferPointer: $0) }
    }
    return hexadecimal(function.finalize())
  }
}
