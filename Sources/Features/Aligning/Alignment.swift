// Source and settings by which `initialise` carries a source's filters over to a new network's channels.

import Networks

/// The source of an aligned draw, and the settings of the regression that finds its channels in the new network's.
package struct Alignment: Sendable {
  /// The source of the features or filters. Its normalisations are folded into the maps that read them, since a new
  /// network's have gain 1 and bias 0. Its images are prepared by its own `preparation`.
  package let source: Network
  /// λ of the regression, as a share of the mean square of the new network's channels.
  package let ridge: Double
  /// Directions of the new network's channels are left out whose mean square is below this share of the
  /// largest.
  package let cutoff: Double

  package static let defaultRidge = 1e-3

  /// The default number of images of `area` pixels: as many as have 2¹⁹ pixels (512 of 32×32), at least 32.
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
    do {
      self.source = try source.foldingNorms()
    } catch { throw FeatureError(error.description) }
    (self.ridge, self.cutoff) = (ridge, cutoff)
  }

  /// - Throws: `FeatureError` if `method` draws nothing that can be carried over, the new network's maps read nothing
  ///   of the source's kind, or the features are of another network than the source.
  func check(
    _ method: Initialiser, for architecture: Architecture, features: FeatureSet?
  ) throws(FeatureError) {
    let (old, new) = (source.architecture.body.first?.window, architecture.body.first?.window)
    switch (old, new) {
    case (.blocks(let old), .blocks(let new)) where old != new:
      throw FeatureError(
        "the source's patches are of \(old)×\(old) pixels, those of \(architecture.name) of \(new)×\(new):"
          + " extract-pretrained --patch \(new) makes a source with these")
    case (.blocks, .blocks), (.convolution, .convolution): break
    default:
      throw FeatureError(
        "a transformer's tokens and a convolution's channels cannot be aligned:"
          + " \(source.architecture.name) with \(architecture.name)")
    }
    guard method.aligns else {
      throw FeatureError(
        "'\(method.name)' draws nothing that depends on a source's channels: it cannot be aligned")
    }
    if let features, features.architecture.body != source.architecture.body {
      throw FeatureError(
        "the features are of \(features.architecture.name), the network to align with is"
          + " \(source.architecture.name)")
    }
  }

  /// The rule by which `parameter` starts if `rule` is the method's. It is timm's if the method copies the source's
  /// parameter and this has another shape, as positions and class tokens of another width have, or is absent.
  func rule(_ rule: OtherParameters, of parameter: ParameterShape) -> OtherParameters {
    guard rule == .source || rule == .basis else { return rule }
    return source.parameters[parameter.name]?.shape == parameter.shape ? rule : .timm
  }

  /// The source beside the network that is drawn with these images; nil without images.
  func source(
    beside growing: GrowingNetwork?, _ images: TaskImages?
  ) throws(FeatureError) -> AlignedSource? {
    guard let growing, let images else { return nil }
    return try AlignedSource(self, beside: growing, images)
  }
}
