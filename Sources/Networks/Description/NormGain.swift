/// The gain γ and the bias β of a layer normalisation, and the linear maps that read it.

import Tensors

/// What a linear map that reads a layer normalisation is taken to be.
package enum NormGain: String, CaseIterable, Sendable {
  /// The map with the gain: W·diag(γ), whose input is the normalised token.
  case folded
  /// The map alone: W, whose input is the token after gain and bias.
  case outside
}

extension Network {
  /// W·diag(γ) [K, d] of a linear map that reads a layer normalisation, with its gain γ folded in; W of others.
  ///
  /// A new network starts with γ = 1: folded, W answers to the normalised token alone.
  package func foldedWeight(of map: LinearMap) -> Tensor {
    let weight = weight(of: map)
    guard let norm = map.norm, let gain = parameters[norm + ".weight"] else { return weight }
    let d = gain.values.count
    return Tensor(
      weight.values.enumerated().map { $1 * gain.values[$0 % d] }, shape: weight.shape)
  }

  /// W [K, d] of a linear map, with the gain of the normalisation that it reads or without.
  package func weight(of map: LinearMap, gain: NormGain) -> Tensor {
    gain == .folded ? foldedWeight(of: map) : weight(of: map)
  }

  /// The same function with every gain 1 and every bias of a normalisation 0: the maps that read one hold them,
  /// W·diag(γ) and b + Wβ. What enters these maps is then the normalised token.
  ///
  /// - Throws: `NetworkError` if parameters do not fit the architecture, as those of a network do.
  package func foldingNorms() throws(NetworkError) -> Network {
    var parameters = parameters
    for map in architecture.linearMaps {
      guard let norm = map.norm, let shift = self.parameters[norm + ".bias"] else { continue }
      let (weight, bias) = (weight(of: map), bias(of: map).values)
      let d = map.fanIn
      let moved = bias.indices.map { row in
        zip(weight.row(row), shift.values).reduce(bias[row]) { $0 + $1.0 * $1.1 }
      }
      let first = map.rows.lowerBound
      parameters[map.weight]?.values.replaceSubrange(
        first * d..<(first + map.outputs) * d, with: foldedWeight(of: map).values)
      parameters[map.bias]?.values.replaceSubrange(first..<first + map.outputs, with: moved)
    }
    for norm in Set(architecture.linearMaps.compactMap(\.norm)) {
      parameters[norm + ".weight"]?.values = constant(norm, 1)
      parameters[norm + ".bias"]?.values = constant(norm, 0)
    }
    return try Network(architecture, parameters: parameters, preparation: preparation)
  }

  private func constant(_ norm: String, _ value: Float) -> [Float] {
    [Float](repeating: value, count: self[norm + ".bias"].values.count)
  }
}
