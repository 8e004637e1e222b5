// The origin of a network, as attributes of all files that are made from it.

import HDF5
import Tooling

/// Attributes that describe the origin of a file's network, and are copied from stage to stage:
/// `init_…` says how the weights were drawn (method, seed, convention, …), `source_…` which network the
/// features came from (data set, seed, …), and `features_…` how these were computed.
package struct Labels: Equatable, Sendable {
  /// The labels that these tools write. Other labels of the three kinds are copied unchanged.
  package enum Key: String, CaseIterable, Sendable {
    case initMethod = "init_method"
    case initName = "init_name"
    case initSeed = "init_seed"
    case initConvention = "init_convention"
    case initScale = "init_scale"
    case initShrink = "init_shrink"
    case initFC = "init_fc"
    case initLayers = "init_layers"
    case initSides = "init_sides"
    case initAlignRidge = "init_align_ridge"
    case initAlignCutoff = "init_align_cutoff"
    case initAlignImages = "init_align_images"
    case initAlignNoise = "init_align_noise"
    case initAligned = "init_aligned"
    case initAlignment = "init_alignment"
    case sourceDataset = "source_dataset"
    case sourceSeed = "source_seed"
    case sourceEpoch = "source_epoch"
    case sourceArchitecture = "source_architecture"
    case sourceFormat = "source_format"
    case sourceHead = "source_head"
    case sourceCutFrom = "source_cut_from"
    case sourceWarnings = "source_warnings"
    case featuresKind = "features_kind"
    case featuresPower = "features_power"
    case featuresImages = "features_images"
    case featuresLogits = "features_logits"
    case featuresReduction = "features_reduction"
    case featuresConvolution = "features_convolution"
    case featuresOwnBias = "features_own_bias"
    case featuresShift = "features_shift"
    case featuresGain = "features_gain"
    case featuresRows = "features_rows"
  }

  private enum Kind: String, CaseIterable {
    case initialisation = "init_"
    case source = "source_"
    case features = "features_"
  }

  /// By the attribute's name.
  private var values: [String: AttributeValue]

  package init(_ values: [Key: AttributeValue] = [:]) {
    self.values = Dictionary(uniqueKeysWithValues: values.map { ($0.rawValue, $1) })
  }

  private init(_ kinds: [Kind], of values: [String: AttributeValue]) {
    self.values = values.filter { name, _ in kinds.contains { name.hasPrefix($0.rawValue) } }
  }

  /// Reads the labels from the attributes of the root: those whose names have one of the three prefixes.
  package init(_ file: File) throws {
    let names = try file.root.attributeNames().filter { name in
      Kind.allCases.contains { name.hasPrefix($0.rawValue) }
    }
    values = [:]
    for name in names { values[name] = try file.root.attribute(name) }
  }

  package subscript(key: Key) -> AttributeValue? {
    get { values[key.rawValue] }
    set { values[key.rawValue] = newValue }
  }

  /// The name in tables of the way in which the weights were drawn: `init_name`, else the method.
  package var method: String? { (self[.initName] ?? self[.initMethod])?.string }

  /// R² of the source's channels by the name of the layer that was carried over to others
  /// (`sample-init --align`): `init_alignment` of the layers `init_aligned`.
  package var explained: [String: Double] {
    let (names, shares) = (self[.initAligned]?.strings, self[.initAlignment]?.doubles)
    return Dictionary(zip(names ?? [], shares ?? []), uniquingKeysWith: { first, _ in first })
  }

  /// Records R² by layer, in the network's order.
  package mutating func setExplained(_ layers: [(name: String, explained: Double)]) {
    self[.initAligned] = .strings(layers.map(\.name))
    self[.initAlignment] = .doubles(layers.map(\.explained))
  }

  /// Faults of the source network, one line for each. Every file that is made from it has them.
  package var sourceWarnings: [String] {
    get { self[.sourceWarnings]?.strings ?? [] }
    set { self[.sourceWarnings] = newValue.isEmpty ? nil : .strings(newValue) }
  }

  /// Only the labels of the source.
  package var source: Labels { Labels([.source], of: values) }

  /// The labels of the source and of its features.
  package var features: Labels { Labels([.source, .features], of: values) }

  /// Writes them as attributes of the root.
  package func write(to file: File) throws {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      try file.root.setAttribute(name, value)
    }
  }
}
