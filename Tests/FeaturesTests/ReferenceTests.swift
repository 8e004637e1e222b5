// Features compared with dense float64 linear algebra in NumPy and per-patch Jacobians in PyTorch
// (`Fixtures/make_fixtures.py`).

import Features
import Foundation
import Networks
import Tensors
import Testing

@Suite struct ReferenceTests {
  struct Layer: Decodable {
    struct Power: Decodable {
      let power, agopTrace, nfmTrace, cosine, pearson: Double
      let agopTimesVector, nfmTimesVector, vectorAgopVector, vectorNfmVector: Double
    }
    let filters, dimension: Int
    let nfmTrace, agopTrace, nfmRank, agopRank: Double
    let powers: [Power]
  }

  static func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-5 * abs(b) }

  /// The norm ‖G·v‖ and the quadratic form vᵀGv, computed from the factor.
  static func applied(_ f: ThinFactor, _ v: Matrix) -> (norm: Double, form: Double) {
    let fv = f.factor * v
    return (f.factor.transposedTimes(fv).squaredNorm.squareRoot(), fv.squaredNorm)
  }

  @Test func powersTracesAndCorrelations() throws {
    let layers = try Fixture.json("algebra.json", as: [Layer].self)
    var reader = Reader(try Fixture.floats("algebra.bin"))
    #expect(layers.map(\.dimension).max() == 1152)
    for layer in layers {
      let (k, d) = (layer.filters, layer.dimension)
      let weight = Tensor(reader.take(k * d), shape: [k, d])
      let moment = Matrix(Tensor(reader.take(k * k), shape: [k, k]))
      let v = Matrix(Tensor(reader.take(d), shape: [d, 1]))
      let nfm = ThinFactor.nfm(weight)
      let agop = try ThinFactor.agop(weight, moment: moment)
      #expect(Self.close(nfm.trace, layer.nfmTrace) && Self.close(agop.trace, layer.agopTrace))
      let correlation = try AnsatzCorrelation(weight: Matrix(weight), moment: moment)
      #expect(Self.close(effectiveRank(try nfm.spectrum()), layer.nfmRank))
      #expect(Self.close(effectiveRank(correlation.spectrum), layer.agopRank))
      for expected in layer.powers {
        let (n, a) = (try nfm.power(expected.power), try agop.power(expected.power))
        #expect(Self.close(n.trace, expected.nfmTrace) && Self.close(a.trace, expected.agopTrace))
        let (na, aa) = (Self.applied(n, v), Self.applied(a, v))
        #expect(Self.close(na.norm, expected.nfmTimesVector))
        #expect(Self.close(na.form, expected.vectorNfmVector))
        #expect(Self.close(aa.norm, expected.agopTimesVector))
        #expect(Self.close(aa.form, expected.vectorAgopVector))
        #expect(Self.close(cosine(nfm, a), expected.cosine))
        #expect(Self.close(pearson(nfm, a), expected.pearson))
        #expect(Self.close(correlation.cosine(power: expected.power), expected.cosine))
        #expect(Self.close(correlation.pearson(power: expected.power), expected.pearson))
      }
    }
    #expect(reader.isEmpty)
  }

  @Test func agopOfPyTorchsPatchJacobians() throws {
    let architecture = try Architecture("vgg:6,M,8,10,M", outputs: 5, hidden: [12], pooled: 2)
    var reader = Reader(try Fixture.floats("agop.bin"))
    var parameters: [String: Tensor] = [:]
    for (name, shape) in architecture.parameters {
      parameters[name] = Tensor(reader.take(shape.reduce(1, *)), shape: shape)
    }
    let network = try Network(
      architecture, parameters: parameters,
      preparation: .init(mean: [0.5, 0.4, 0.6], std: [0.25, 0.2, 0.3]))
    let images = try LabelledImages(
      pixels: Fixture.bytes("agop-images.bin"), labels: [UInt16](repeating: 0, count: 11),
      height: 8, width: 8, channels: 3)
    let surveys = try [true, false].map { kept in
      try GradientSurvey(
        network, images: images, indices: Array(0..<11), logits: .first(3), keepsOwnBias: kept,
        pool: WorkerPool(threads: 2))
    }
    for convolution in architecture.body {
      let d = convolution.fanIn
      for survey in surveys {
        let expected = Matrix(Tensor(reader.take(d * d), shape: [d, d]))
        let set = try FeatureSet.agop(network, moments: survey.whole, reduction: .sum, power: 1)
        let layer = try #require(set.layers[convolution.name])
        #expect(relativeError(Matrix(layer.dense()), expected) < 1e-5)
        // The paper's Σ is the square root of the sum, so its square is the sum.
        let root = try FeatureSet.agop(network, moments: survey.whole, reduction: .sum, power: 0.5)
        let dense = Matrix(try #require(root.layers[convolution.name]).dense())
        #expect(relativeError(dense * dense, expected) < 1e-5)
      }
    }
    #expect(reader.isEmpty)
  }
}
