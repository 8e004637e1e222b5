// Features of a residual network's convolutions, compared with autograd with respect to their input patches
// (`Fixtures/make_resnet_agop.py`).

import Features
import Networks
import Tensors
import Testing

struct ResidualFeaturesTests {
  struct Reference: Decodable {
    let text: String
    let side, outputs: Int
    let mean, std: [Double]
    let pixels: [UInt8]
    let logits: [Float]
    let parameters: [String: [Float]]
    /// The reference matrices by convolution: means over images, positions and logits.
    let agop: [String: [Double]]
  }

  let reference: Reference
  let network: Network
  let images: LabelledImages
  let moments: GradientMoments

  init() throws { try self.init("resnet-agop.json") }

  init(_ file: String) throws {
    let reference = try Fixture.json(file, as: Reference.self)
    let architecture = try Architecture(reference.text, outputs: reference.outputs)
    var parameters: [String: Tensor] = [:]
    for (name, shape) in architecture.parameters {
      parameters[name] = Tensor(try #require(reference.parameters[name]), shape: shape)
    }
    let count = reference.pixels.count / (reference.side * reference.side * 3)
    images = try LabelledImages(
      pixels: reference.pixels, labels: [UInt16](repeating: 0, count: count),
      height: reference.side, width: reference.side, channels: 3)
    network = try Network(
      architecture, parameters: parameters,
      preparation: .init(mean: reference.mean, std: reference.std))
    moments = try GradientSurvey(
      network, images: images, indices: Array(0..<count), logits: .all,
      pool: WorkerPool(threads: 2)
    ).whole
    self.reference = reference
  }

  /// A batch of 2 is one image times two gradients: several sweeps, the last of them smaller, give the same sum.
  @Test(arguments: [nil, 2])
  func agopAgreesWithJacobiansOfPatches(batch: Int?) throws {
    let moments = try GradientSurvey(
      network, images: images, indices: Array(0..<images.count), logits: .all,
      pool: WorkerPool(threads: 2), batch: batch
    ).whole
    for gain in NormGain.allCases {
      let found = try FeatureSet.agop(network, moments: moments, gain: gain, power: 1)
      #expect(found.maps.count == reference.agop.count && found.maps.count == 9)
      for map in found.maps {
        let wanted = Matrix(
          try #require(reference.agop[map.name]), rows: map.fanIn, columns: map.fanIn)
        let features = try #require(found.layers[map.name])
        #expect(relativeError(Matrix(features.dense()), wanted) < 1e-4, "\(map.name)")
      }
    }
  }

  /// In a network without batch normalisation, a bias is added to the input of a convolution, and its output is multiplied by
  /// a scalar.
  @Test func agopWithScalarsAgreesWithJacobiansOfPatches() throws {
    let other = try ResidualFeaturesTests("fixup-agop.json")
    let found = try FeatureSet.agop(other.network, moments: other.moments, power: 1)
    #expect(found.maps.count == 9 && other.reference.agop.count == 9)
    for map in found.maps {
      let wanted = Matrix(
        try #require(other.reference.agop[map.name]), rows: map.fanIn, columns: map.fanIn)
      let features = try #require(found.layers[map.name])
      #expect(relativeError(Matrix(features.dense()), wanted) < 1e-4, "\(map.name)")
      let (weight, nfm) = (Matrix(other.network.weight(of: map)), try FeatureSet.nfm(other.network))
      #expect(
        relativeError(
          Matrix(try #require(nfm.layers[map.name]).dense()), weight.transposedTimes(weight)) < 1e-6
      )
    }
  }

  /// The folded filter is multiplied by γ/σ, where σ² includes PyTorch's ε.
  @Test func nfmIncludesTheBatchNormGainIfFolded() throws {
    let folded = try FeatureSet.nfm(network)
    let outside = try FeatureSet.nfm(network, gain: .outside)
    for map in network.architecture.body {
      let norm = try #require(map.batchNorm)
      let (gain, variance) = (network[norm + ".weight"], network[norm + ".running_var"])
      let weight = Matrix(network.weight(of: map))
      let scales = zip(gain.values, variance.values).map {
        Double($0) / (Double($1) + 1e-5).squareRoot()
      }
      let scaled = weight.scalingRows(scales)
      func error(_ features: FeatureSet, _ weight: Matrix) throws -> Double {
        relativeError(
          Matrix(try #require(features.layers[map.name]).dense()), weight.transposedTimes(weight))
      }
      #expect(try error(folded, scaled) < 1e-6 && error(outside, weight) < 1e-6, "\(map.name)")
      #expect(try error(folded, weight) > 1e-2, "\(map.name)")
    }
  }

  /// WᵀDW is the AGOP whether the gain is part of W or of D.
  @Test func ansatzUsesWAndDOfTheSameOutput() throws {
    let folded = try Ansatz(network, moments: moments, seed: 1)
    let outside = try Ansatz(network, moments: moments, gain: .outside, seed: 1)
    for (one, other) in zip(folded.layers, outside.layers) {
      #expect(one.agopSpectrum.count == other.agopSpectrum.count, "\(one.name)")
      for (a, b) in zip(one.agopSpectrum, other.agopSpectrum) {
        #expect(abs(a - b) < 1e-6 * one.agopSpectrum[0], "\(one.name)")
      }
      #expect(abs(one.measured.cosineHalf - other.measured.cosineHalf) > 1e-6, "\(one.name)")
    }
  }

  @Test func logitsAgreeWithReference() throws {
    let compiled = try CompiledNetwork(
      network, on: images, at: [0, 1], preparation: network.preparation,
      pool: WorkerPool(threads: 1), trains: false, differentiates: false)
    compiled.evaluate(images: 2)
    for (found, wanted) in zip(compiled.logits.values(6), reference.logits) {
      #expect(abs(found - wanted) < 1e-5)
    }
  }
}
