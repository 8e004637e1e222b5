/// The checkpoint file, read and written.

import Crypto
import Foundation
import HDF5
import Networks
import Tensors
import Tooling

/// The *checkpoint* file: the run so far as a run file, and what it takes to go on: SGD's velocities in
/// `momentum/…` under the parameters' names, `asked` (what the run was asked to do, one `name value`
/// a line) and `digest`, the SHA-256 of all that is taken over from it.
public struct CheckpointFile {
  /// All that decides the result, one `name value` each.
  public let asked: [String]
  /// What the run goes on from.
  public let state: TrainingState

  public init(asked: [String], state: TrainingState) {
    self.asked = asked
    self.state = state
  }

  /// - Parameter run: the run so far.
  public func write(_ run: RunFile, to file: File) throws {
    try run.write(to: file)
    let momentum = try file.root.createGroup("momentum")
    for (name, shape) in state.network.architecture.parameters {
      try momentum.write(state.momentum[name]?.values ?? [], shape: shape, to: name)
    }
    try file.root.setAttribute("asked", .strings(asked))
    try file.root.setAttribute("digest", .string(digest))
  }

  /// - Throws: `ToolError` naming the file and what is missing or damaged.
  public init(_ file: File) throws {
    let root = file.root
    asked = try root.required("asked", "a list of words", \.strings)
    let run = try RunSummary(file)
    let network = try NetworkFile(file).network
    guard root.contains("momentum") else { throw schemaError(file, "no group 'momentum'") }
    let place = try root.group("momentum")
    var momentum: [String: Tensor] = [:]
    for (name, shape) in network.architecture.parameters {
      momentum[name] = Tensor(try place.floats(name, shape: shape), shape: shape)
    }
    let best = try run.bestEpoch.map { (try NetworkFile(file, group: "best").network, $0) }
    state = TrainingState(network: network, momentum: momentum, epochs: run.epochs, best: best)
    guard try root.required("digest", "text", \.string) == digest else {
      throw schemaError(file, "its content does not have the digest it was written with")
    }
  }

  private var digest: String {
    var function = SHA256()
    function.update(data: Data(asked.joined(separator: "\n").utf8))
    let best = state.best?.network.parameters ?? [:]
    for (name, _) in state.network.architecture.parameters {
      for tensor in [state.network[name], state.momentum[name], best[name]] {
        tensor?.values.withUnsafeBytes { function.update(bufferPointer: $0) }
      }
    }
    for (_, path) in RunFile.columns {
      state.epochs.map { $0[keyPath: path] }
        .withUnsafeBytes { function.update(bufferPointer: $0) }
    }
    function.update(data: Data("\(state.best?.epoch ?? -1)".utf8))
    return hexadecimal(function.finalize())
  }
}
