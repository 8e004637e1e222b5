// Features of vision transformers by the paper's convention, compared with autograd through timm's model
// (`Fixtures/make_vit_agop.py`).

import Features
import Networks
import Tensors
import Testing

struct PaperConventionTests {
  struct Reference: Decodable {
    let text: String
    let side, outputs: Int
    let mean, std: [Double]
    let pixels: [UInt8]
    let parameters: [String: [Float]]
    /// The reference matrices by map: for the AGOP, sums over images and logits of means over tokens; for the NFM, means
    /// over the rows of W.
    let agop, nfm: [String: [Double]]
  }

  let reference: Reference
  let network: Network
  let survey: GradientSurvey
  let maps: [LinearMap]

  init() throws {
    let reference = try Fixture.json("vit-agop.json", as: Reference.self)
    let architecture = try Architecture(reference.text, outputs: reference.outputs)
    var parameters: [String: Tensor] = [:]
    for (name, shape) in architecture.parameters {
      parameters[name] = Tensor(try #require(reference.parameters[name]), shape: shape)
    }
    let count = reference.pixels.count / (reference.side * reference.side * 3)
    let images = try LabelledImages(
      pixels: reference.pixels, labels: [UInt16](repeating: 0, count: count),
      height: reference.side, width: reference.side, channels: 3)
    network = try Network(
      architecture, parameters: parameters,
      preparation: .init(mean: reference.mean, std: reference.std))
    maps = architecture.body.filter { reference.agop[$0.name] != nil }
    survey = try GradientSurvey(
      network, images: images, indices: Array(0..<count), layers: maps, logits: .all,
      pool: WorkerPool(threads: 2))
    self.reference = reference
  }

  func expected(_ values: [String: [Double]], _ map: LinearMap) throws -> Matrix {
    Matrix(try #require(values[map.name]), rows: map.fanIn, columns: map.fanIn)
  }

  @Test func agopOfQueriesKeysAndValuesAgreesWithAutograd() throws {
    #expect(maps.count == 2 * 3 * 3)
    func agop(_ reduction: FeatureSet.Reduction, _ gain: NormGain) throws -> FeatureSet {
      try FeatureSet.agop(
        network, layers: maps, moments: survey.whole, reduction: reduction, gain: gain)
    }
    let (found, folded) = (try agop(.positionMean, .outside), try agop(.positionMean, .folded))
    let sum = try agop(.sum, .outside)
    for map in maps {
      let wanted = try expected(reference.agop, map)
      func error(_ features: FeatureSet) throws -> Double {
        let root = Matrix(try #require(features.layers[map.name]).dense())
        return relativeError(root * root, wanted)
      }
      #expect(try error(found) < 1e-5, "\(map.name)")
      #expect(try error(folded) > 1e-2 && error(sum) > 1, "\(map.name)")
    }
  }

  @Test func nfmOfQueriesKeysAndValuesAgreesWithReference() throws {
    let found = try FeatureSet.nfm(network, layers: maps, rows: .mean, gain: .outside)
    let folded = try FeatureSet.nfm(network, layers: maps, rows: .mean)
    for map in maps {
      let wanted = try expected(reference.nfm, map)
      func error(_ features: FeatureSet) throws -> Double {
        relativeError(Matrix(try #require(features.layers[map.name]).dense()), wanted)
      }
      #expect(try error(found) < 1e-5, "\(map.name)")
      #expect(try error(folded) > 1e-2, "\(map.name)")
    }
  }

  /// The reported number is Pearson's correlation, which does not depend on the scales of the matrices.
  @Test func correlationsAgreeWithThoseOfTheMatrices() throws {
    let ansatz = try Ansatz(
      network, layers: maps, moments: survey.whole, gain: .outside, seed: 1)
    for (map, layer) in zip(maps, ansatz.layers) {
      #expect(layer.name == map.name && layer.part == map.part)
      let agop = try #require(
        try FeatureSet.agop(
          network, layers: [map], moments: survey.whole, reduction: .positionMean, gain: .outside
        ).layers[map.name])
      let (a, b) = (agop.dense().values.map(Double.init), try #require(reference.nfm[map.name]))
      #expect(abs(layer.measured.pearsonHalf - Self.pearson(a, b)) < 1e-5, "\(map.name)")
    }
  }

  static func pearson(_ a: [Double], _ b: [Double]) -> Double {
    let (ma, mb) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
    let (da, db) = (a.map { $0 - ma }, b.map { $0 - mb })
    func inner(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    return inner(da, db) / (inner(da, da) * inner(db, db)).squareRoot()
  }

  @Test func ownBiasesOfTransformersAreKept() throws {
    #expect(throws: NetworkError.self) {
      _ = try GradientMomentsPass(
        network, side: 8, logits: .all, keepsOwnBias: false, pool: WorkerPool(threads: 1))
    }
  }

  /// Folding the gains and biases of normalisations into the maps that read them does not change the logits.
  @Test func foldingNormsKeepsTheFunction() throws {
    let folded = try network.foldingNorms()
    #expect(folded["blocks.0.norm1.weight"].values.allSatisfy { $0 == 1 })
    #expect(folded["norm.bias"].values.allSatisfy { $0 == 0 })
    let logits = try [network, folded].map { network in
      let compiled = try CompiledNetwork(
        network, side: 8, batch: 2, pool: WorkerPool(threads: 1), trains: false,
        differentiates: false)
      var stream = RandomStream(seed: 2, .probes)
      compiled.input.load(stream.normals(2 * 8 * 8 * 3))
      compiled.evaluate(images: 2)
      return compiled.logits.values()
    }
    let scale = logits[0].map(abs).max() ?? 0
    for (a, b) in zip(logits[0], logits[1]) { #expect(abs(a - b) < 1e-5 * scale) }
    for map in network.architecture.linearMaps {
      #expect(folded.weight(of: map) == network.foldedWeight(of: map))
    }
  }
}
