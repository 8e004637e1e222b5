/// What `initialise` needs to carry a source's filters over to a new network's channels.

import Networks

/// The source of an aligned draw, and how its channels are found in the new network's.
package struct Alignment: Sendable {
  /// The network that features or filters are of. Its images are prepared as it says itself.
  package let source: Network
  /// λ of the regression, as a share of the mean square of the new network's channels.
  package let ridge: Double
  /// Directions of the new network's channels are left out whose mean square is below this share of the
  /// largest.
  package let cutoff: Double

  package static let defaultRidge = 1e-3

  /// How many images of so many pixels are looked at: 2¹⁹ pixels' worth, 512 of 32×32, at least 32.
  package static func imageCount(area: Int) -> Int { max(32, (1 << 19) / max(area, 1)) }

  /// - Throws: `FeatureError` if a share is out of range, or the source does not say how its images were
  ///   normalised.
  package init(
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

  /// The source with the gains and biases of its normalisations in the maps that read them: what is drawn of it is for a
  /// network that starts with gains of 1.
  func folded() throws(FeatureError) -> Network {
    do { return try source.foldingNorms() } catch { throw FeatureError(error.description) }
  }

  /// - Throws: `FeatureError` if `method` draws nothing that can be carried over, or the features are of
  ///   another network than the source.
  func check(_ method: Initialiser, features: FeatureSet?) throws(FeatureError) {
    guard !source.architecture.isTransformer else {
      throw FeatureError(
        "transformers cannot be aligned: their tokens are no convolution's channels")
    }
    guard method.aligns else {
      throw FeatureError(
        "'\(method.name)' draws nothing that speaks of a source's channels: it cannot be aligned")
    }
    if let features, features.architecture.body != source.architecture.body {
      throw FeatureError(
        "the features are of \(features.architecture.name), the network to align with is"
          + " \(source.architecture.name)")
    }
  }

  /// The source beside the network that grows on these images; nil without them.
  func source(
    beside growing: GrowingNetwork?, _ images: TaskImages?
  ) throws(FeatureError) -> AlignedSource? {
    guard let growing, let images else { return nil }
    return try AlignedSource(self, beside: growing, images)
  }
}
