// The gain γ and the bias β of a normalisation, and the linear maps that read a layer normalisation or that a batch
// normalisation follows.

import Tensors

/// What a linear map beside a normalisation is taken to be.
package enum NormGain: String, CaseIterable, Sendable {
  /// The map with the gain. Where it reads a layer normalisation: W·diag(γ), whose input is the normalised token. Where a
  /// batch normalisation follows: diag(γ/σ)·W, σ² = running variance + ε, whose output is what the ReLU gets, less a
  /// constant.
  case folded
  /// The map alone: W.
  case outside
}

extension Network {
  /// diag(γ/σ)·W or W·diag(γ) [K, d] of a linear map beside a normalisation, with its gain folded in; W of others.
  ///
  /// A new network starts with γ = 1: folded, W answers to the normalised token alone.
  package func foldedWeight(of map: LinearMap) -> Tensor {
    let weight = weightWithGainOfInput(of: map)
    guard let gain = outputGain(of: map) else { return weight }
    let d = map.fanIn
    return Tensor(
      weight.values.enumerated().map { Float(Double($1) * gain[$0 / d]) }, shape: weight.shape)
  }

  /// W·diag(γ) [K, d] of a linear map that reads a layer normalisation; W of others.
  private func weightWithGainOfInput(of map: LinearMap) -> Tensor {
    let weight = weight(of: map)
    guard let norm = map.norm, let gain = parameters[norm + ".weight"] else { return weight }
    let d = gain.values.count
    return Tensor(
      weight.values.enumerated().map { $1 * gain.values[$0 % d] }, shape: weight.shape)
  }

  /// γ/σ [K] of the batch normalisation that follows a map, by its running variance; nil: none follows.
  package func outputGain(of map: LinearMap) -> [Double]? {
    guard let norm = map.batchNorm, let gain = parameters[norm + ".weight"],
      let variance = parameters[norm + ".running_var"]
    else { return nil }
    return zip(gain.values, variance.values).map {
      Double($0) / (Double($1) + ResNet.epsilon).squareRoot()
    }
  }

  /// W [K, d] and b [K] of a map together with what follows it. With a batch normalisation and its running statistics these
  /// are diag(γ/σ)·W and β − γ/σ·μ; with the scalars of a network without batch normalisation m·W and b; otherwise the map's
  /// own.
  package func withFollower(of map: LinearMap) -> (weight: Tensor, bias: Tensor) {
    if let scalars = architecture.residual?.scalars(after: map) {
      let bias = self[scalars.bias].values.first ?? 0
      let scale = scalars.scale.flatMap { self[$0].values.first } ?? 1
      let weight = weight(of: map)
      return (
        Tensor(weight.values.map { scale * $0 }, shape: weight.shape),
        Tensor([Float](repeating: bias, count: map.outputs), shape: [map.outputs])
      )
    }
    guard let gain = outputGain(of: map), let norm = map.batchNorm,
      let shift = parameters[norm + ".bias"], let mean = parameters[norm + ".running_mean"]
    else { return (weight(of: map), bias(of: map)) }
    let own = bias(of: map).values
    let bias = gain.indices.map { k in
      Float(Double(shift.values[k]) + gain[k] * (Double(own[k]) - Double(mean.values[k])))
    }
    return (foldedWeight(of: map), Tensor(bias, shape: [map.outputs]))
  }

  /// W [K, d] of a linear map, with the gain of the normalisation beside it or without.
  package func weight(of map: LinearMap, gain: NormGain) -> Tensor {
    gain == .folded ? foldedWeight(of: map) : weight(of: map)
  }

  /// W [K, d] that takes the gradient with respect to a map's own output, which batch normalisation has not yet changed, to
  /// its input: with the gain of a layer normalisation that it reads or without. That of a batch normalisation behind it
  /// stands in the gradient.
  package func gradientWeight(of map: LinearMap, gain: NormGain) -> Tensor {
    gain == .folded ? weightWithGainOfInput(of: map) : weight(of: map)
  }

  /// The same function with every gain 1 and every bias of a layer normalisation 0: the maps that read one hold them,
  /// W·diag(γ) and b + Wβ. What enters these maps is then the normalised token.
  /// Batch normalisations stay as they are: what a map before one is multiplied by, it takes back.
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
