// The checkpoint file, read and written.

import Foundation
import HDF5
import Networks
import Tensors
import Tooling

/// The *checkpoint* file: a run file of the completed epochs, with the state from which training continues. That is the
/// state of the update rule, one group for each slot, with a dataset for each trained parameter (SGD's velocities in
/// `momentum/…`; for other rules `slots` names the groups); `asked`, the options of the run, one `name value` on each
/// line; `arithmetic`, the kernels that computed it; and `digest`, the SHA-256 of everything that a run continues from.
package struct CheckpointFile {
  /// All that decides the result, one `name value` each.
  package let asked: [String]
  /// OpenBLAS's kernels and the build's vector unit, which decide the last bits.
  package let arithmetic: String
  /// The state from which the run continues.
  package let state: TrainingState

  package init(asked: [String], arithmetic: String, state: TrainingState) {
    self.asked = asked
    self.arithmetic = arithmetic
    self.state = state
  }

  /// Whether a file is a checkpoint, whole or damaged: only checkpoints hold what update rules keep.
  static func isCheckpoint(_ file: File) -> Bool {
    RunFile.isRun(file)
      && (velocities.contains(where: file.root.contains)
        || (try? file.root.attribute(Key.slots)) != nil)
  }

  /// - Parameter run: the run so far.
  package func write(_ run: RunFile, to file: File) throws {
    try run.write(to: file)
    let slots = state.slots.map(\.name)
    if slots != Self.velocities { try file.root.setAttribute(Key.slots, .strings(slots)) }
    for slot in state.slots {
      let group = try file.root.createGroup(slot.name)
      for (name, shape) in state.network.architecture.learnedParameters {
        try group.write(slot.tensors[name]?.values ?? [], shape: shape, to: name)
      }
    }
    try file.root.setAttribute(Key.asked, .strings(asked))
    try file.root.setAttribute(Key.arithmetic, .string(arithmetic))
    try file.root.setAttribute(Key.digest, .string(digest()))
  }

  /// - Throws: `ToolError` naming the file and what is missing or damaged.
  package init(_ file: File) throws {
    let root = file.root
    asked = try root.required(Key.asked, "a list of words", \.strings)
    arithmetic = try root.required(Key.arithmetic, "text", \.string)
    let run = try RunSummary(file)
    let network = try NetworkFile(file).network
    let names = try root.optional(Key.slots, "a list of names", \.strings) ?? Self.velocities
    guard Set(names).count == names.count, names.count <= 2 else {
      throw schemaError(file, "attribute '\(Key.slots)' names one group twice, or more than two")
    }
    let slots = try names.map { slot in
      guard root.contains(slot) else { throw schemaError(file, "no group '\(slot)'") }
      let place = try root.group(slot)
      var tensors: [String: Tensor] = [:]
      for (name, shape) in network.architecture.learnedParameters {
        tensors[name] = Tensor(try place.floats(name, shape: shape), shape: shape)
      }
      return TrainingState.Slot(slot, tensors)
    }
    let best = try run.bestEpoch.map { (try NetworkFile(file, best: true).network, $0) }
    state = TrainingState(network: network, slots: slots, epochs: run.epochs, best: best)
    guard try root.required(Key.digest, "text", \.string) == digest() else {
      throw schemaError(file, "its content does not have the digest it was written with")
    }
  }

  /// SGD's slots, which need no attribute.
  private static let velocities = SGD(learningRate: 0).slots

  private enum Key {
    static let asked = "asked", arithmetic = "arithmetic", digest = "digest", slots = "slots"
  }

  /// Attributes that only a checkpoint has.
  static let attributes = [Key.asked, Key.arithmetic, Key.digest, Key.slots]

  /// SHA-256 of everything that a run continues from.
  private func digest() throws -> String {
    try DigestFunction.sha256.digest { update in try forEachPiece(update) }
  }

  /// Everything that a run continues from, in pieces, each text with its length before it.
  private func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let (architecture, preparation) = (state.network.architecture, state.network.preparation)
    for text in asked + [
      arithmetic, architecture.name, "\(architecture.outputs)", "\(architecture.hidden)",
      "\(architecture.pooled)", "\(architecture.dropout)", "\(preparation.mean)",
      "\(preparation.std)", "\(preparation.side ?? 0)", "\(state.best?.epoch ?? -1)",
    ] { try Array("\(text.utf8.count) \(text)".utf8).withUnsafeBytes(body) }
    let best = state.best?.network.parameters ?? [:]
    for (name, _) in architecture.parameters {
      let kept = state.slots.map { $0.tensors[name] }
      for tensor in [state.network[name]] + kept + [best[name]] {
        try tensor?.values.withUnsafeBytes(body)
      }
    }
    for column in EpochsGroup.Column.allCases {
      try column.values(state.epochs).withUnsafeBytes(body)
    }
  }
}
