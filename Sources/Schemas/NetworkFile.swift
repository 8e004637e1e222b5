// The network file, read and written.

import HDF5
import Networks
import Tensors
import Tooling

/// The *network* file: a state dictionary under PyTorch's names as Float32, so that h5py and
/// `load_state_dict` work as it is, and as attributes of the root what it takes to rebuild the network:
/// `architecture`, `outputs`, `hidden`, `pooled`, `dropout`, and `mean`, `std`, `side` of its images.
///
/// A run file is a network file too: everything that reads a network reads a run (its last epoch).
package struct NetworkFile: Sendable {
  package let network: Network
  /// How the weights were drawn, and from what.
  package let labels: Labels
  /// The labels of networks that are drawn from this network, or from features of it. An initial network
  /// without a source is a source before its first epoch, identified by the seed of its draw.
  package private(set) var sourceLabels: Labels

  package init(_ network: Network, labels: Labels = Labels()) {
    self.network = network
    self.labels = labels
    sourceLabels = labels.source
  }

  /// - Parameter best: whether to read the network of a run's best epoch, not that of its last.
  /// - Throws: `ToolError` naming the file and what is missing, not finite, or does not fit.
  package init(_ file: File, best: Bool = false) throws {
    try FileKind.require([.network, .run], file)
    let architecture = try Self.architecture(file)
    guard !best || file.root.contains(Self.best) else {
      throw schemaError(file, "no group '\(Self.best)': is this a run that did not diverge?")
    }
    let place = best ? try file.root.group(Self.best) : file.root
    var parameters: [String: Tensor] = [:]
    for (name, shape) in architecture.parameters {
      parameters[name] = Tensor(try place.floats(name, shape: shape), shape: shape)
    }
    network = try naming(file.name) {
      try Network(
        architecture, parameters: parameters, preparation: try Self.preparation(file))
    }
    if let name = network.firstNonFinite {
      throw schemaError(file, "'\(name)' holds NaN or infinity: this network diverged")
    }
    if let name = network.firstNegativeVariance {
      throw schemaError(file, "'\(name)' holds a variance below 0")
    }
    labels = try Labels(file)
    sourceLabels = labels.source
    if !RunFile.isRun(file), sourceLabels[.sourceSeed] == nil, let seed = labels[.initSeed] {
      sourceLabels[.sourceSeed] = seed
      sourceLabels[.sourceEpoch] = .integer(0)
    }
  }

  /// Writes description, labels and parameters at the root.
  package func write(to file: File) throws {
    try Self.writeDescription(network.architecture, network.preparation, to: file)
    try labels.write(to: file)
    try Self.write(network, to: file.root)
  }

  /// The group of a run's best epoch.
  static let best = "best"

  static func write(_ network: Network, to group: Group) throws {
    for (name, shape) in network.architecture.parameters {
      try group.write(network[name].values, shape: shape, to: name)
    }
  }

  static func writeDescription(
    _ architecture: Architecture, _ preparation: Network.Preparation, to file: File
  ) throws {
    let root = file.root
    try root.setAttribute("architecture", .string(architecture.name))
    try root.setAttribute("outputs", .integer(architecture.outputs))
    if !architecture.hidden.isEmpty {
      try root.setAttribute("hidden", .integers(architecture.hidden))
    }
    try root.setAttribute("pooled", .integer(architecture.pooled))
    // Through its decimal form: 0.1 stays 0.1 in double precision.
    try root.setAttribute("dropout", .double(Double("\(architecture.dropout)") ?? 0))
    if !preparation.mean.isEmpty {
      try root.setAttribute("mean", .doubles(preparation.mean))
      try root.setAttribute("std", .doubles(preparation.std))
    }
    if let side = preparation.side { try root.setAttribute("side", .integer(side)) }
  }

  static func architecture(_ file: File) throws -> Architecture {
    let root = file.root
    let name = try root.required("architecture", "text", \.string)
    let outputs = try root.required("outputs", "an integer", \.integer)
    let hidden = try root.optional("hidden", "a list of integers", \.integers) ?? []
    let pooled = try root.required("pooled", "an integer", \.integer)
    let dropout = try root.required("dropout", "a number", \.double)
    return try naming(file.name) {
      try Architecture(
        name, outputs: outputs, hidden: hidden, pooled: pooled, dropout: Float(dropout))
    }
  }

  static func preparation(_ file: File) throws -> Network.Preparation {
    let root = file.root
    func three(_ value: AttributeValue) -> [Double]? {
      value.doubles.flatMap { $0.count == 3 && $0.allSatisfy(\.isFinite) ? $0 : nil }
    }
    let mean = try root.optional("mean", "three numbers", three) ?? []
    let std = try root.optional("std", "three positive numbers") { value in
      three(value).flatMap { $0.allSatisfy { $0 > 0 } ? $0 : nil }
    }
    let side = try root.optional("side", "an integer in 1...4096") { value in
      value.integer.flatMap { (1...4096).contains($0) ? $0 : nil }
    }
    guard mean.isEmpty == (std ?? []).isEmpty else {
      throw schemaError(file, "'mean' and 'std' come together")
    }
    return Network.Preparation(side: side, mean: mean, std: std ?? [])
  }
}
