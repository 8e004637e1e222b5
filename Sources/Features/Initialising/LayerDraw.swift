// What an initialiser draws with: distributions, and filters of a given covariance.

import Networks
import Tensors

/// One layer being drawn: what an initialiser may look at, and the stream it draws from.
struct LayerDraw {
  let architecture: Architecture
  /// The layer's index from 0, in the network's order of linear maps.
  let index: Int
  let options: InitialisationOptions
  let scale: FilterScale?
  let featureSet: FeatureSet?
  let source: Network?
  /// Whether what is drawn will be carried over from the source's channels.
  var isAligned = false
  /// The layers before, on a batch of images; only for those who need them.
  let growing: GrowingNetwork?
  /// As the new network has it, or while an aligned draw is made as its source has it.
  var map: LinearMap
  /// The seed of the whole draw: maps of one circuit share streams under it.
  let seed: UInt64
  var stream: RandomStream

  var count: Int { map.outputs * map.fanIn }

  func constant(_ value: Float) -> [Float] { [Float](repeating: value, count: count) }

  mutating func normal(variance: Double) -> [Float] {
    normal(deviation: Float(variance.squareRoot()))
  }

  mutating func normal(deviation: Float) -> [Float] {
    var values = stream.normals(count)
    for i in values.indices { values[i] *= deviation }
    return values
  }

  mutating func uniform(bound: Double) -> [Float] {
    var values = stream.uniforms(count)
    let bound = Float(bound)
    for i in values.indices { values[i] = (2 * values[i] - 1) * bound }
    return values
  }

  /// Rows with the covariance of the given features, at the asked scale.
  mutating func features() throws(FeatureError) -> [Float] {
    let features = try layerFeatures()
    return try covariance(features.factor, isotropic: features.isotropic)
  }

  /// The given features of this layer.
  func layerFeatures() throws(FeatureError) -> LayerFeatures {
    let name = map.name
    guard let features = featureSet?.layers[name] else {
      throw FeatureError("no features of '\(name)'")
    }
    guard features.factor.dimension == map.fanIn else {
      throw FeatureError(
        "features of '\(name)' are of inputs of \(features.factor.dimension) values, this"
          + " network's have \(map.fanIn)")
    }
    return features
  }

  /// Filters from N(0, T·[(1−ρ)·(FᵀF + ρ₀I)/tr + ρI/d]), T the trace that the scale asks for.
  mutating func covariance(
    _ factor: ThinFactor, isotropic: Double
  ) throws(FeatureError) -> [Float] {
    let filters = map.outputs
    return try covariance(trace: factor.trace, isotropic: isotropic) { stream, s, v in
      stream.filters(filters, factor: factor.factor, scale: s, isotropic: v)
    }
  }

  /// The same for a Σ of this trace (less ρ₀) in whatever form: `draw` draws from s·Σ + vI.
  mutating func covariance(
    trace: Double, isotropic: Double,
    draw: (_ stream: inout RandomStream, _ s: Double, _ v: Double) -> [Float]
  ) throws(FeatureError) -> [Float] {
    let dimension = Double(map.fanIn)
    let natural = trace + isotropic * dimension
    guard natural > 0, natural.isFinite else {
      throw FeatureError(
        "the covariance of '\(map.name)' is \(natural == 0 ? "zero" : "not finite"):"
          + " there is nothing to draw from")
    }
    let wanted = try self.trace(natural: natural)
    let size = wanted * (1 - options.shrink) / natural
    let filters = draw(&stream, size, size * isotropic + wanted * options.shrink / dimension)
    guard filters.isOfSinglePrecision else {
      throw FeatureError(
        "filters of '\(map.name)' at trace \(wanted) leave the range of single precision;"
          + " another --scale gives them another size")
    }
    return filters
  }

  /// T, a filter's mean squared norm under the scale, for filters or a Σ with this trace of their own.
  func trace(natural: Double) throws(FeatureError) -> Double {
    switch scale {
    case .trace: return 1
    case .fanIn, .output, .balanced: return 2
    case .heDeviation:
      let deviation = (2 / Double(map.fanIn)).squareRoot()
      return deviation * natural / (featureSet?.kind == .agop ? 100 : 1)
    case .source: return try sourceTrace()
    case .default: return defaultTrace
    case nil: return natural
    }
  }

  /// Mean squared norm of a row as the family's usual initialiser draws it.
  private var defaultTrace: Double {
    guard architecture.isTransformer else { return usualVariance * Double(map.fanIn) }
    return map.station == .embedding ? 1.0 / 3 : Double(map.fanIn) * 0.02 * 0.02
  }

  /// The variance of a convolution's weights as the family's usual initialiser draws them: 2/fan_out, in a residual network
  /// without normalisations Fixup's (Zhang, Dauphin & Ma 2019, for branches of two layers): 2/(L·fan_out) in the first
  /// convolution of each of the L blocks, 0 in the second, 2/fan_out in the others.
  var usualVariance: Double {
    let he = 2 / Double(map.fanOut)
    guard let network = architecture.residual, network.norm == .none else { return he }
    switch network.place(of: map) {
    case .first: return he / Double(network.blocks.reduce(0, +))
    case .second: return 0
    case .outside: return he
    }
  }

  /// Mean squared norm of the source's filters, a gain that multiplies what they read folded in: ‖W‖²/K, which an NFM
  /// holds as its trace.
  private func sourceTrace() throws(FeatureError) -> Double {
    let name = map.name
    if let source, let original = source.architecture.linearMaps.first(where: { $0.name == name }) {
      return source.foldedWeight(of: original).squaredNorm / Double(original.outputs)
    }
    if let set = featureSet, set.kind == .nfm, set.power == 1,
      let filters = set.architecture.body.first(where: { $0.name == name })?.outputs,
      let features = set.layers[name]
    {
      return features.factor.trace / Double(filters)
    }
    throw FeatureError("scale 'source' needs the source network, or its NFM of power 1")
  }
}

extension RandomStream {
  /// `count` filters [count, d] from N(0, s·FᵀF + vI): w = √s·Fᵀε₁ + √v·ε₂ with F [r, d]. One product in
  /// single precision; no d×d matrix, no decomposition.
  ///
  /// F is brought near 1 by a power of two, which changes no digit: neither F nor √s of features of any
  /// size leaves the range of single precision.
  mutating func filters(
    _ count: Int, factor: Matrix, scale s: Double, isotropic v: Double
  ) -> [Float] {
    let largest = factor.values.largestMagnitude ?? 0
    let exponent = largest > 0 ? largest.exponent : 0
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    return filters(
      count, factor: factor.values.map { Float($0 * (1 / unit)) }, rank: factor.rows,
      scale: s * unit * unit, isotropic: v)
  }

  /// The same with F [rank, d] in single precision.
  mutating func filters(
    _ count: Int, factor: [Float], rank: Int, scale s: Double, isotropic v: Double
  ) -> [Float] {
    let (dimension, root) = (factor.count / max(rank, 1), Float(s.squareRoot()))
    var coefficients = normals(count * rank)
    for i in coefficients.indices { coefficients[i] *= root }
    var filters = [Float](repeating: 0, count: count * dimension)
    coefficients.withUnsafeBufferPointer { a in
      factor.withUnsafeBufferPointer { b in
        filters.withUnsafeMutableBufferPointer { c in
          FloatProduct.multiply(a, b, m: count, n: dimension, k: rank, into: c)
        }
      }
    }
    guard v > 0 else { return filters }
    let (noise, deviation) = (normals(filters.count), Float(v.squareRoot()))
    for i in filters.indices { filters[i] += deviation * noise[i] }
    return filters
  }
}
