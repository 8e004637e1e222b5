/// Where a network came from, as attributes of whatever is made of it.

import HDF5
import Tooling

/// What a file says of where its network came from, handed on from stage to stage as attributes:
/// `init_…` is how the weights were drawn (method, seed, convention, …), `source_…` the network that
/// features came from (data set, seed, …), and `features_…` how these were computed.
public struct Labels: Equatable, Sendable {
  /// By the attribute's name.
  public private(set) var values: [String: AttributeValue]
  private static let prefixes = ["init_", "source_", "features_"]

  /// Keeps those whose names begin as labels' do.
  public init(_ values: [String: AttributeValue] = [:]) {
    self.values = values.filter { name, _ in Self.prefixes.contains { name.hasPrefix($0) } }
  }

  /// Reads them from the attributes of the root.
  public init(_ file: File) throws {
    var found: [String: AttributeValue] = [:]
    for name in try file.root.attributeNames()
    where Self.prefixes.contains(where: { name.hasPrefix($0) }) {
      found[name] = try file.root.attribute(name)
    }
    values = found
  }

  public subscript(name: String) -> AttributeValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// What is wrong with the source network, one line a fault: it goes with everything drawn from it.
  public var sourceWarnings: [String] {
    get { values["source_warnings"]?.strings ?? [] }
    set { values["source_warnings"] = newValue.isEmpty ? nil : .strings(newValue) }
  }

  /// Only what tells of the source.
  public var source: Labels { Labels(values.filter { $0.key.hasPrefix("source_") }) }

  /// What tells of the source and of its features.
  public var features: Labels { Labels(values.filter { !$0.key.hasPrefix("init_") }) }

  /// Writes them as attributes of the root.
  public func write(to file: File) throws {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      try file.root.setAttribute(name, value)
    }
  }
}
