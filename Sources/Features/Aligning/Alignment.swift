/// What `initialise` needs to carry a source's filters over to a new network's channels.

import Networks

/// The source of an aligned draw, and how its channels are found in the new network's.
public struct Alignment: Sendable {
  /// The network that features or filters are of. Its images are prepared as it says itself.
  public let source: Network
  /// λ of the regression, as a share of the mean square of the new network's channels.
  public let ridge: Double
  /// Directions of the new network's channels are left out whose mean square is below this share of the
  /// largest.
  public let cutoff: Double

  public static let defaultRidge = 1e-3

  /// How many images of so many pixels are looked at: 2¹⁹ pixels' worth, 512 of 32×32, at least 32.
  public static func imageCount(area: Int) -> Int { max(32, (1 << 19) / max(area, 1)) }

  /// - Throws: `FeatureError` if a share is out of range, or the source does not say how its images were
  ///   normalised.
  public init(
    source: Network, ridge: Double = defaultRidge, cutoff: Double = 0
  ) throws(FeatureError) {
    guard ridge >= 0, ridge.isFinite, (0..<1).contains(cutoff) else {
      throw FeatureError("the ridge is a share of at least 0, the cutoff one in [0, 1)")
    }
    guard !source.preparation.std.isEmpty else {
      throw FeatureError("the source to align with does not say how its images were normalised")
    }
    (self.source, self.ridge, self.cutoff) = (source, ridge, cutoff)
  }
}
