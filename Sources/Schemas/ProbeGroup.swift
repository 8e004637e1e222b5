/// The group `probe` of a run file, read and written.

import Features
import HDF5
import Tooling

/// A network's state before training as a run file holds it: the group `probe`, Float64 [layers] each,
/// with the names of the `layers`, the number of `images` and their `loss`, and `warnings`.
public struct ProbeGroup: Sendable {
  /// One linear map on the batch.
  public struct Layer: Sendable {
    /// PyTorch's name, `features.0`
    public let name: String
    /// Of the pre-activations over images, positions and filters or units.
    public fileprivate(set) var deviation = 0.0
    /// Of their covariance.
    public fileprivate(set) var effectiveRank = 0.0
    /// Of the filters or units, those that never fire, in [0, 1].
    public fileprivate(set) var deadShare = 0.0
    /// Of the loss by the weights.
    public fileprivate(set) var gradientNorm = 0.0

    fileprivate init(name: String) { self.name = name }
  }

  public let layers: [Layer]
  /// Mean cross-entropy of the batch, in nats.
  public let loss: Double
  /// How many images the batch had.
  public let images: Int
  /// Faults of the initial network, a line each.
  public let warnings: [String]

  private static let columns: [(name: String, path: WritableKeyPath<Layer, Double> & Sendable)] = [
    ("deviation", \.deviation), ("effective_rank", \.effectiveRank),
    ("dead_share", \.deadShare), ("gradient_norm", \.gradientNorm),
  ]

  /// What a run file keeps of a probe.
  public init(_ probe: Probe) {
    layers = probe.layers.map { found in
      var layer = Layer(name: found.name)
      layer.deviation = found.preactivations.deviation
      layer.effectiveRank = found.preactivations.effectiveRank
      layer.deadShare = found.preactivations.deadShare
      layer.gradientNorm = found.gradientNorm
      return layer
    }
    (loss, images, warnings) = (probe.loss, probe.images, probe.warnings)
  }

  /// Of a run; nil where it holds none.
  ///
  /// - Throws: `ToolError` if it is not of this form.
  public init?(_ file: File) throws {
    guard file.root.contains("probe") else { return nil }
    let group = try file.root.group("probe")
    let names = try group.required("layers", "names", \.strings)
    var found = names.map(Layer.init)
    for (name, path) in Self.columns {
      guard group.contains(name), try group.shape(of: name) == [names.count] else {
        throw schemaError(file, "'probe/\(name)' is missing or not [\(names.count)]")
      }
      let values = try group.read(name, as: Double.self).values
      for (index, value) in values.enumerated() { found[index][keyPath: path] = value }
    }
    layers = found
    loss = try group.required("loss", "a number", \.double)
    images = try group.required("images", "an integer", \.integer)
    warnings = try group.optional("warnings", "lines of text", \.strings) ?? []
  }

  func write(to file: File) throws {
    let group = try file.root.createGroup("probe")
    for (name, path) in Self.columns {
      try group.write(layers.map { $0[keyPath: path] }, shape: [layers.count], to: name)
    }
    try group.setAttribute("layers", .strings(layers.map(\.name)))
    try group.setAttribute("loss", .double(loss))
    try group.setAttribute("images", .integer(images))
    if !warnings.isEmpty { try group.setAttribute("warnings", .strings(warnings)) }
  }
}
