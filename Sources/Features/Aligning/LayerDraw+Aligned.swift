/// Drawing in a source's channels, and carrying over what was drawn.

import Networks

extension LayerDraw {
  /// Filters that `method` draws as the source's layer would read them, carried over to this network's
  /// channels, and R² of its channels.
  ///
  /// Sizes that say a total (`trace`, `fan-in`) hold for what was carried over, exactly: ‖W‖² = K·T.
  /// `source` and `he-deviation` carry the source's size over as it is: answers are as large as the source's.
  ///
  /// - Throws: `FeatureError` if the source has no such layer, or nothing is left of the filters.
  mutating func aligned(
    _ method: Initialiser, with source: AlignedSource
  ) throws(FeatureError) -> (weight: [Float], explained: Double) {
    let partner = try source.partner(of: index, in: architecture)
    let channels = try source.channelMap(from: partner, to: index)
    let original = source.body[partner]
    let new = map
    isAligned = true
    map = LinearMap(
      original.name, inputs: original.inputs, outputs: new.outputs, window: .patches, role: .body)
    let drawn = try method.draw(&self)
    map = new
    let weight = channels.carry(drawn)
    guard weight.isOfSinglePrecision else {
      throw FeatureError(
        "the filters of '\(original.name)' leave the range of single precision in the channels of"
          + " '\(new.name)'; a larger --align-ridge keeps them smaller")
    }
    guard scale == .trace || scale == .fanIn || scale == .default else {
      return (weight, channels.explained)
    }
    let square = weight.reduce(0.0) { $0 + Double($1) * Double($1) }
    guard square > 0, square.isFinite else {
      throw FeatureError(
        "nothing of the source's '\(original.name)' is left in the channels of '\(new.name)'")
    }
    let factor = try (Double(new.outputs) * trace(natural: 1) / square).squareRoot()
    return (weight.map { Float(Double($0) * factor) }, channels.explained)
  }
}
