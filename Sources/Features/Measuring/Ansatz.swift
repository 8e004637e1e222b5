// How well NFM and AGOP^α of a network agree, compared with null models.

import Networks
import Tensors

/// The neural feature ansatz, NFM ∝ AGOP^α, measured in one network beside its nulls.
///
/// WᵀDW has the row space of W for any D, so a high correlation proves nothing by itself. It is evidence only
/// where it exceeds that of the same network before training, of a random D of equal
/// rank and spectrum, and of D = I.
package struct Ansatz: Sendable {
  /// Correlations for one D.
  package struct Measure: Equatable, Sendable {
    /// At α = 1/2 (Radhakrishnan et al. 2024) and at α = 1 (Beaglehole et al. 2023, the paper).
    package let cosineHalf: Double
    package let cosineOne: Double
    package let pearsonHalf: Double
    package let pearsonOne: Double
    /// The α with the largest cosine, and that cosine.
    package let fittedPower: Double
    package let fittedCosine: Double

    init(_ correlation: AnsatzCorrelation) {
      cosineHalf = correlation.cosine(power: 0.5)
      cosineOne = correlation.cosine(power: 1)
      pearsonHalf = correlation.pearson(power: 0.5)
      pearsonOne = correlation.pearson(power: 1)
      fittedPower = correlation.fittedPower()
      fittedCosine = fittedPower.isNaN ? .nan : correlation.cosine(power: fittedPower)
    }

    init(meanOf measures: [Measure]) {
      func mean(_ value: (Measure) -> Double) -> Double {
        measures.map(value).reduce(0, +) / Double(measures.count)
      }
      cosineHalf = mean(\.cosineHalf)
      cosineOne = mean(\.cosineOne)
      pearsonHalf = mean(\.pearsonHalf)
      pearsonOne = mean(\.pearsonOne)
      fittedPower = mean(\.fittedPower)
      fittedCosine = mean(\.fittedCosine)
    }
  }

  /// One linear map beside its nulls.
  package struct Layer: Equatable, Sendable {
    /// `features.0`
    package let name: String
    /// The part that it shares with the other heads of its layer (`LinearMap.part`); nil: the map does not belong to a head.
    package let part: String?
    /// With the network's own D.
    package let measured: Measure
    /// The network before training, if given.
    package let initial: Measure?
    /// D's eigenvalues with random eigenvectors: mean of `randomDraws`.
    package let random: Measure
    /// D = I.
    package let identity: Measure
    /// W − W₀ in place of W, with the trained network's D; if the initial network is given.
    package let centred: Measure?
    /// Eigenvalues of NFM and AGOP above the cut-off, descending.
    package let nfmSpectrum: [Double]
    package let agopSpectrum: [Double]
    /// Effective ranks of the two spectra.
    package var nfmRank: Double { effectiveRank(nfmSpectrum) }
    package var agopRank: Double { effectiveRank(agopSpectrum) }
  }

  /// Those asked for, in the network's order.
  package let layers: [Layer]

  /// The number of random D over which that null model is averaged.
  package static let randomDraws = 4

  /// - Parameters:
  ///   - maps: of which linear maps; nil: of the body's.
  ///   - moments: of the network's logits.
  ///   - initial: the same network before training, with its own moments on the same images.
  ///   - gain: whether W has the gain of the normalisation beside a map; D is that of the same output.
  ///   - seed: of the random D.
  /// - Throws: `FeatureError` if the networks differ in architecture or numbers are not finite.
  package init(
    _ network: Network, layers maps: [LinearMap]? = nil, moments: GradientMoments,
    initial: (network: Network, moments: GradientMoments)? = nil, gain: NormGain = .folded,
    seed: UInt64
  ) throws(FeatureError) {
    let maps = maps ?? network.architecture.body
    if let initial, initial.network.architecture != network.architecture {
      throw FeatureError(
        "the initial network is \(initial.network.architecture.name), the trained one"
          + " \(network.architecture.name)")
    }
    for moments in [moments, initial?.moments ?? moments]
    where !moments.cover(maps) || moments.images == 0 {
      throw FeatureError("gradients of another network than \(network.architecture.name)")
    }
    var layers: [Layer] = []
    for (index, map) in network.architecture.linearMaps.enumerated() where maps.contains(map) {
      let before = initial.map {
        (
          Matrix($0.network.weight(of: map, gain: gain)),
          $0.network.moment($0.moments.matrix(of: map, .mean), of: map, gain)
        )
      }
      layers.append(
        try Self.layer(
          map, weight: Matrix(network.weight(of: map, gain: gain)),
          moment: network.moment(moments.matrix(of: map, .mean), of: map, gain), before: before,
          stream: RandomStream(seed: seed, .resampling, index: index)))
    }
    self.layers = layers
  }

  private static func layer(
    _ map: LinearMap, weight: Matrix, moment: Matrix, before: (weight: Matrix, moment: Matrix)?,
    stream: RandomStream
  ) throws(FeatureError) -> Layer {
    var stream = stream
    let gram = weight.timesTransposed(weight)
    let root = try squareRoot(moment)
    let correlation = try AnsatzCorrelation(weight: weight, gram: gram, root: root)
    let eigenvalues = (0..<root.rows).map { i in
      (0..<root.columns).reduce(0.0) { $0 + root[i, $1] * root[i, $1] }
    }
    var random: [Measure] = []
    for _ in 0..<randomDraws {
      let axes = try stream.orthonormalRows(root.rows, of: root.columns)
      let root = axes.scalingRows(eigenvalues.map { $0.squareRoot() })
      random.append(
        Measure(try AnsatzCorrelation(weight: weight, gram: gram, root: root)))
    }
    let one = Matrix(diagonal: [Double](repeating: 1, count: weight.rows))
    let identity = try AnsatzCorrelation(weight: weight, gram: gram, root: one)
    var (initial, centred): (Measure?, Measure?) = (nil, nil)
    if let before {
      initial = Measure(
        try AnsatzCorrelation(weight: before.weight, moment: before.moment))
      let change = Matrix(
        zip(weight.values, before.weight.values).map(-), rows: weight.rows,
        columns: weight.columns)
      centred = Measure(try AnsatzCorrelation(weight: change, moment: moment))
    }
    return Layer(
      name: map.name, part: map.part, measured: Measure(correlation), initial: initial,
      random: Measure(meanOf: random), identity: Measure(identity), centred: centred,
      nfmSpectrum: identity.spectrum, agopSpectrum: correlation.spectrum)
  }
}

extension Network {
  /// D of the output that a map has with this gain: where a batch normalisation's is folded in, S⁻¹·D·S⁻¹ with
  /// S = diag(γ/σ), so that Wᵀ·D·W stays what it is. Where γ = 0 no gradient arrives.
  fileprivate func moment(_ d: Matrix, of map: LinearMap, _ gain: NormGain) -> Matrix {
    guard gain == .folded, let scales = outputGain(of: map) else { return d }
    var result = d
    for i in scales.indices {
      for j in scales.indices {
        let scale = scales[i] * scales[j]
        result[i, j] = scale == 0 ? 0 : d[i, j] / scale
      }
    }
    return result
  }
}
