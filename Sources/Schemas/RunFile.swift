// The run file, written whole and read without its weights.

import HDF5
import Measurements
import Networks
import Tooling

/// The *run* file: the network after the last epoch at the root and after the best epoch in `best/`, losses and
/// accuracies of every epoch in `epochs/…` (Float64 [epochs]), and all options as attributes.
package struct RunFile: Sendable {
  /// After the last epoch.
  package let network: NetworkFile
  /// After the epoch with the best validation accuracy; nil if the run diverged in its first.
  package let best: Network?
  /// From 0.
  package let bestEpoch: Int?
  /// The network before the first step.
  package let probe: ProbeGroup?
  package let epochs: [EpochRecord]
  /// The epoch, from 1, in which the loss ceased to be finite.
  package let divergedAt: Int?
  /// The data set's name.
  package let dataset: String
  package let seed: UInt64
  /// The options of the training.
  package let options: [Attribute: AttributeValue]

  package init(
    _ network: NetworkFile, best: Network?, bestEpoch: Int?, probe: ProbeGroup?,
    epochs: [EpochRecord], divergedAt: Int?, dataset: String, seed: UInt64,
    options: [Attribute: AttributeValue]
  ) {
    self.network = network
    self.best = best
    self.bestEpoch = bestEpoch
    self.probe = probe
    self.epochs = epochs
    self.divergedAt = divergedAt
    self.dataset = dataset
    self.seed = seed
    self.options = options
  }

  /// Whether a file is a run: it has the group `epochs`.
  package static func isRun(_ file: File) -> Bool { EpochsGroup.isThere(in: file) }

  /// Writes all of it at the root.
  package func write(to file: File) throws {
    try network.write(to: file)
    let root = file.root
    try root.setAttribute("dataset", .string(dataset))
    try root.setAttribute("seed", .integer(Int(bitPattern: UInt(seed))))
    for (name, value) in options.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      try root.setAttribute(name.rawValue, value)
    }
    if let bestEpoch { try root.setAttribute("best_epoch", .integer(bestEpoch + 1)) }
    if let divergedAt { try root.setAttribute("diverged_at_epoch", .integer(divergedAt)) }
    if let best { try NetworkFile.write(best, to: try root.createGroup(NetworkFile.best)) }
    try probe?.write(to: file)
    try EpochsGroup(epochs).write(to: file)
  }
}

/// The part of a run that a report reads: everything but the weights.
package struct RunSummary: Sendable {
  /// The file's name, for messages.
  package let file: String
  package let architecture: Architecture
  package let labels: Labels
  package let dataset: String
  package let seed: UInt64
  /// The network before the first step, if the run has a probe.
  package let probe: ProbeGroup?
  package let epochs: [EpochRecord]
  /// From 0.
  package let bestEpoch: Int?
  /// The epoch, from 1, in which the loss ceased to be finite.
  package let divergedAt: Int?
  /// All attributes of the root.
  let attributes: [String: AttributeValue]
  package let history: History
  /// Names of the data set's classes; empty where the run does not say.
  package let classNames: [String]
  /// The best network's predictions on the test images; nil in older files and without test images.
  package let test: TestAnswers?

  /// - Throws: `ToolError` if the file is not a run.
  package init(_ file: File) throws {
    try FileKind.require([.run], file)
    let root = file.root
    self.file = file.name
    epochs = try EpochsGroup(file).records
    architecture = try NetworkFile.architecture(file)
    labels = try Labels(file)
    dataset = try root.required("dataset", "text", \.string)
    seed = UInt64(UInt(bitPattern: try root.required("seed", "an integer", \.integer)))
    probe = try ProbeGroup(file, of: architecture, explained: labels.explained)
    let count = epochs.count
    bestEpoch = try root.optional("best_epoch", "an epoch of the run") { value in
      value.integer.flatMap { (1...max(1, count)).contains($0) && count > 0 ? $0 - 1 : nil }
    }
    divergedAt = try root.optional("diverged_at_epoch", "an integer", \.integer)
    var all: [String: AttributeValue] = [:]
    for name in try root.attributeNames() { all[name] = try root.attribute(name) }
    attributes = all
    history = try History.of(file)
    classNames =
      try root.optional(
        RunFile.Attribute.classNames.rawValue, "a list of names", \.strings) ?? []
    test = try TestAnswers(file)
  }
}
