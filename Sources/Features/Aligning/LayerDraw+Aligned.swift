// Draws in a source's channels that are carried over to the new network's.

import Networks

extension LayerDraw {
  /// The result of an aligned draw.
  struct Carried {
    /// W' [K', d']
    let weight: [Float]
    /// b' [K']
    let bias: [Float]
    /// R² of the channels that the map reads.
    let explained: Double
  }

  /// Rows that `method` draws as the source's map would read them, carried over to this network's channels. While
  /// `method` draws, `map` is the source's, with as many outputs as the new network's has.
  ///
  /// Sizes that fix a total (`trace`, `fan-in`, `default`) hold exactly for the carried weights: ‖W‖² = K·T.
  /// `source` and `he-deviation` carry the source's size over unchanged: responses are as large as the source's.
  /// Biases are the method's, in the source's size. If a method has biases, that of a patch embedding also corrects for
  /// another mean of the images.
  ///
  /// - Throws: `FeatureError` if the source has no such map, or nothing is left of the rows.
  mutating func aligned(
    _ method: Initialiser, with source: AlignedSource
  ) throws(FeatureError) -> Carried {
    let partner = try source.partner(of: index, in: architecture)
    let channels = try source.channelMap(from: partner, to: index)
    let (original, new) = (source.body[partner], map)
    isAligned = true
    map = original.with(outputs: new.outputs)
    let drawn = try method.draw(&self)
    let bias = try method.drawBias(&self)
    map = new
    let taps = original.taps
    let weight = try sized(channels.carry(drawn, taps: taps), from: original)
    guard method.bias != nil, case .blocks = new.window else {
      return Carried(weight: weight, bias: bias, explained: channels.explained)
    }
    let raised = zip(bias, channels.answers(toOffset: weight, taps: taps)).map {
      Float(Double($0) + $1)
    }
    return Carried(weight: weight, bias: raised, explained: channels.explained)
  }

  /// Carried rows at the asked scale.
  private func sized(_ weight: [Float], from original: LinearMap) throws(FeatureError) -> [Float] {
    guard weight.isOfSinglePrecision else {
      throw FeatureError(
        "the filters of '\(original.name)' leave the range of single precision in the channels of"
          + " '\(map.name)'; a larger --align-ridge keeps them smaller")
    }
    guard scale == .trace || scale == .fanIn || scale == .default else { return weight }
    let square = weight.reduce(0.0) { $0 + Double($1) * Double($1) }
    guard square > 0, square.isFinite else {
      throw FeatureError(
        "nothing of the source's '\(original.name)' is left in the channels of '\(map.name)'")
    }
    let factor = try (Double(map.outputs) * trace(natural: 1) / square).squareRoot()
    return weight.map { Float(Double($0) * factor) }
  }
}
