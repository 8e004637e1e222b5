// From a network, and D for AGOP, to the features of its linear maps.

import Networks
import Tensors

extension FeatureSet {
  /// Whether AGOP's terms are averaged over images, positions and logits, or only added up, as the
  /// authors' code does.
  package enum Reduction: String, CaseIterable, Sendable {
    case mean, sum
    /// The mean over positions of the sum over images and logits: the authors' of vision transformers.
    case positionMean = "position-mean"
  }

  /// Whether NFM is the sum over the rows w of W of wᵀw, or their mean, as the authors' code has it for vision
  /// transformers.
  package enum Rows: String, CaseIterable, Sendable {
    case sum, mean
  }

  /// NFM^α: (WᵀW)^α of each map.
  ///
  /// - Parameters:
  ///   - maps: of which linear maps; nil: of the body's.
  ///   - gain: whether W has the gain of the normalisation beside the map.
  /// - Throws: `FeatureError` if a weight is not finite.
  package static func nfm(
    _ network: Network, layers maps: [LinearMap]? = nil, rows: Rows = .sum,
    gain: NormGain = .folded,
    power: Double = 1
  ) throws(FeatureError) -> FeatureSet {
    let maps = maps ?? network.architecture.body
    return try FeatureSet(
      .nfm, of: maps.map { ($0, network.weight(of: $0, gain: gain)) }, in: network, power: power
    ) { map, weight, power throws(FeatureError) in
      guard rows == .mean else { return try ThinFactor.nfm(weight).power(power) }
      let scale = 1 / Double(map.outputs).squareRoot()
      let factor = Matrix(weight).scalingRows([Double](repeating: scale, count: map.outputs))
      return try ThinFactor(factor).power(power)
    }
  }

  /// AGOP^α: (Wᵀ·D·W)^α of each map, D the mean or sum of the gradients' outer products.
  ///
  /// With sign vectors in place of logits, both estimate the mean or sum over all logits.
  ///
  /// - Parameters:
  ///   - maps: of which linear maps; nil: of the body's.
  ///   - gain: whether the gradient is by what a layer normalisation's gain multiplies, or by what follows it. A batch
  ///     normalisation behind the map makes no difference.
  /// - Throws: `FeatureError` if `moments` is of other layers, empty, or not finite.
  package static func agop(
    _ network: Network, layers maps: [LinearMap]? = nil, moments: GradientMoments,
    reduction: Reduction = .mean, gain: NormGain = .folded, power: Double = 0.5
  ) throws(FeatureError) -> FeatureSet {
    let maps = maps ?? network.architecture.body
    guard moments.cover(maps) else {
      throw FeatureError("gradients of another network than \(network.architecture.name)")
    }
    guard moments.images > 0 else { throw FeatureError("an AGOP of no images") }
    return try FeatureSet(
      .agop, of: maps.map { ($0, network.gradientWeight(of: $0, gain: gain)) }, in: network,
      power: power
    ) { map, weight, power throws(FeatureError) in
      let d = moments.matrix(of: map, reduction)
      guard d.isFinite else {
        throw FeatureError("gradients at '\(map.name)' are not finite")
      }
      guard power != 1 else { return try .agop(weight, moment: d) }
      let w = Matrix(weight)
      return try AGOPSpectrum(gram: w.timesTransposed(w), moment: d).factor(w, power: power)
    }
  }

  private init(
    _ kind: Kind, of weights: [(map: LinearMap, weight: Tensor)], in network: Network,
    power: Double,
    factor: (_ map: LinearMap, _ weight: Tensor, _ power: Double) throws(FeatureError) -> ThinFactor
  ) throws(FeatureError) {
    guard power > 0, power <= 4 else {
      throw FeatureError("the power of a feature matrix is in (0, 4], not \(power)")
    }
    var layers: [String: LayerFeatures] = [:]
    for (map, weight) in weights {
      guard weight.isFinite else {
        throw FeatureError("'\(map.weight)' holds numbers that are not finite")
      }
      layers[map.name] = LayerFeatures(try factor(map, weight, power))
    }
    try self.init(
      kind: kind, architecture: network.architecture, preparation: network.preparation,
      layers: layers, power: power)
  }
}

extension GradientMoments {
  /// D [K, K] of a map in `moments`: the mean over images, positions and logits, the sum, or the sum's
  /// mean over positions.
  package func matrix(of map: LinearMap, _ reduction: FeatureSet.Reduction) -> Matrix {
    // n sign vectors an image give n times the sum over logits.
    var terms = logitsPerGradient == 1 ? 1.0 : Double(gradientsPerImage)
    if reduction != .sum { terms *= Double(positions[map.name] ?? 1) }
    if reduction == .mean {
      let logits = logitsPerGradient == 1 ? gradientsPerImage : logitsPerGradient
      terms *= Double(images) * Double(logits)
    }
    var d = sums[map.name] ?? Matrix(zeros: map.outputs, map.outputs)
    for i in d.values.indices { d.values[i] /= terms }
    return d
  }
}

extension LayerFeatures {
  /// FᵀF + ρI [d, d] in single precision: 85 MB for 512 channels, so only on demand.
  package func dense() -> Tensor {
    let (rank, d) = (factor.rank, factor.dimension)
    let f = factor.factor.values.map(Float.init)
    var values = [Float](repeating: 0, count: d * d)
    f.withUnsafeBufferPointer { f in
      values.withUnsafeMutableBufferPointer { values in
        FloatProduct.gram(f, rows: rank, columns: d, into: values)
      }
    }
    for i in 0..<d {
      values[i * d + i] += Float(isotropic)
      for j in 0..<i { values[i * d + j] = values[j * d + i] }
    }
    return Tensor(values, shape: [d, d])
  }
}
