/// Features as values: a matrix for each convolution, and where they are from.

import Networks
import Tensors

/// The covariance that one layer's filters may be drawn from: Σ = FᵀF + ρI.
public struct LayerFeatures: Equatable, Sendable {
  /// F [r, C·3·3], columns ordered channel, row, column of the kernel.
  public let factor: ThinFactor
  /// ρ: what was added to the whole spectrum (the authors' shift); 0 otherwise.
  public let isotropic: Double

  /// - Parameter isotropic: ρ, not negative.
  public init(_ factor: ThinFactor, isotropic: Double = 0) {
    precondition(isotropic >= 0)
    self.factor = factor
    self.isotropic = isotropic
  }

  /// tr Σ = ‖F‖² + ρ·d
  public var trace: Double { factor.trace + isotropic * Double(factor.dimension) }
}

/// A feature matrix for each convolution of a network, and how it was made.
public struct FeatureSet: Sendable {
  /// Which matrix of a convolution's patches.
  public enum Kind: String, Sendable, CaseIterable {
    /// Neural feature matrix WᵀW.
    case nfm
    /// Average gradient outer product over patches.
    case agop
  }

  public let kind: Kind
  /// The network that they were taken from: its architecture and preparation of images.
  public let architecture: Architecture
  public let preparation: Network.Preparation
  /// By the convolution's name (`features.0`).
  public let layers: [String: LayerFeatures]
  /// α: the matrices are G^α.
  public let power: Double

  /// - Throws: `FeatureError` if a layer is missing, its patches have another length, or its factor does
  ///   not fit single precision.
  public init(
    kind: Kind, architecture: Architecture, preparation: Network.Preparation,
    layers: [String: LayerFeatures], power: Double
  ) throws(FeatureError) {
    for map in architecture.body {
      guard let layer = layers[map.name] else {
        throw FeatureError("no features of '\(map.name)' for \(architecture.name)")
      }
      guard layer.factor.dimension == map.fanIn else {
        throw FeatureError(
          "features of '\(map.name)' are of patches of \(layer.factor.dimension) values,"
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
}
