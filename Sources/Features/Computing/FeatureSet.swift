// Features as values: a matrix for each of some linear maps, and how it was computed.

import Networks
import Tensors

/// The covariance that the rows of one linear map may be drawn from: Σ = FᵀF + ρI.
package struct LayerFeatures: Equatable, Sendable {
  /// F [r, d], columns as those of the map's weight: of a convolution channel, row, column of the kernel.
  package let factor: ThinFactor
  /// ρ: what was added to the whole spectrum (the authors' shift); 0 otherwise.
  package let isotropic: Double

  /// - Parameter isotropic: ρ, not negative.
  package init(_ factor: ThinFactor, isotropic: Double = 0) {
    precondition(isotropic >= 0)
    self.factor = factor
    self.isotropic = isotropic
  }

  /// tr Σ = ‖F‖² + ρ·d
  package var trace: Double { factor.trace + isotropic * Double(factor.dimension) }
}

/// A feature matrix for each of some linear maps of a network, and how it was made.
package struct FeatureSet: Sendable {
  /// The kind of the matrices.
  package enum Kind: String, Sendable, CaseIterable {
    /// Neural feature matrix WᵀW.
    case nfm
    /// Average gradient outer product over patches, or over images where a map takes its whole input.
    case agop
  }

  package let kind: Kind
  /// The network that the features were computed from: its architecture and preparation of images.
  package let architecture: Architecture
  package let preparation: Network.Preparation
  /// By the map's name (`features.0`).
  package let layers: [String: LayerFeatures]
  /// α: the matrices are G^α.
  package let power: Double

  /// - Throws: `FeatureError` if the architecture does not have a layer, the layer's inputs have another length, or
  ///   its factor does not fit single precision; also if there is no layer.
  package init(
    kind: Kind, architecture: Architecture, preparation: Network.Preparation,
    layers: [String: LayerFeatures], power: Double
  ) throws(FeatureError) {
    guard !layers.isEmpty else { throw FeatureError("features of no layer") }
    let maps = architecture.linearMaps
    if let stranger = Set(layers.keys).subtracting(maps.map(\.name)).min() {
      throw FeatureError("features of '\(stranger)', which is no layer of \(architecture.name)")
    }
    for map in maps {
      guard let layer = layers[map.name] else { continue }
      guard layer.factor.dimension == map.fanIn else {
        throw FeatureError(
          "features of '\(map.name)' are of inputs of \(layer.factor.dimension) values,"
            + " \(architecture.name) has \(map.fanIn)")
      }
      guard layer.factor.factor.values.isOfSinglePrecision else {
        throw FeatureError(
          "features of '\(map.name)' leave the range of single precision: the weights, or this"
            + " power of them, are too large or too small")
      }
    }
    self.kind = kind
    self.architecture = architecture
    self.preparation = preparation
    self.layers = layers
    self.power = power
  }

  /// The linear maps that have features here, in the network's order.
  package var maps: [LinearMap] { architecture.linearMaps.filter { layers[$0.name] != nil } }

  /// - Throws: `FeatureError` naming those of `maps` that have no features here.
  package func require(_ maps: [LinearMap]) throws(FeatureError) {
    let missing = maps.map(\.name).filter { layers[$0] == nil }
    guard !missing.isEmpty else { return }
    throw FeatureError(
      "no features of \(missing.joined(separator: ", ")); --layers of compute-nfm and compute-agop"
        + " says of which layers they compute them")
  }
}
