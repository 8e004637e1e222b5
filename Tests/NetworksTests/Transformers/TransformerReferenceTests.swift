// Small vision transformers compared with timm's (Fixtures/make_vit.py).

import Foundation
import Networks
import Tensors
import Testing

struct TransformerReferenceTests {
  struct Case: Decodable {
    let text: String
    let side: Int
    let outputs: Int
    let labels: [UInt16]
    let clip: Double
    let parameters: [String: ReferenceTests.Case.Values]
    let input: [Float]
    let logits: [Float]
    let loss: Double
    let gradients: [String: ReferenceTests.Case.Values]
    let norms: [Double]
    let trained: [String: ReferenceTests.Case.Values]
  }

  static let cases: [String: Case] = {
    guard
      let url = Bundle.module.url(
        forResource: "vit", withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url),
      let cases = try? JSONDecoder().decode([String: Case].self, from: data)
    else { return [:] }
    return cases
  }()

  func compiled(_ c: Case, threads: Int = 2) throws -> CompiledNetwork {
    let network = try Network(
      Architecture(c.text, outputs: c.outputs), parameters: c.parameters.mapValues(\.tensor))
    let compiled = try CompiledNetwork(
      network, side: c.side, batch: c.labels.count, pool: WorkerPool(threads: threads),
      trains: true, slots: 2)
    compiled.input.load(c.input)
    return compiled
  }

  @Test func allFixturesArePresent() { #expect(Self.cases.count == 2) }

  @Test(arguments: cases.keys.sorted())
  func logitsLossAndGradientsAgreeWithTimm(name: String) throws {
    let c = try #require(Self.cases[name])
    let network = try compiled(c)
    network.forward(images: c.labels.count, dropout: nil)
    #expect(error(network.logits.values(c.logits.count), c.logits) < 1e-5)
    let loss = network.loss(labels: c.labels[...], smoothing: 0.1)
    #expect(abs(loss.sum / Double(c.labels.count) - c.loss) < 1e-5 * c.loss)
    network.backward(images: c.labels.count, .keep)
    let gradients = network.gradients
    #expect(Set(gradients.keys) == Set(c.gradients.keys))
    for (parameter, expected) in c.gradients {
      let gradient = try #require(gradients[parameter])
      #expect(gradient.shape == expected.shape)
      #expect(error(gradient.values, expected.values) < 1e-5, "\(parameter)")
    }
  }

  func trained(_ c: Case, decay: Float = 0.05, clip: Double? = nil) throws -> (
    norms: [Double], network: Network
  ) {
    let network = try compiled(c)
    let norms = (0..<3).map { step in
      network.forward(images: c.labels.count, dropout: nil)
      _ = network.loss(labels: c.labels[...], smoothing: 0.1)
      network.backward(images: c.labels.count, .keep)
      let norm = network.gradientNorm
      network.update(
        AdamW(learningRate: 0.01, weightDecay: decay, step: step + 1), clip: clip ?? c.clip)
      return norm
    }
    return (norms, network.network)
  }

  @Test(arguments: cases.keys.sorted())
  func parametersAfterThreeStepsOfAdamWAgreeWithTimm(name: String) throws {
    let c = try #require(Self.cases[name])
    let (norms, network) = try trained(c)
    for (norm, expected) in zip(norms, c.norms) { #expect(abs(norm - expected) < 1e-5 * expected) }
    for (parameter, expected) in c.trained {
      let (found, wanted) = (network[parameter].values, expected.values)
      // Scores do not depend on the bias of the keys. Its gradient is a rounding error, which Adam scales to a whole step.
      let third = parameter.hasSuffix("attn.qkv.bias") ? wanted.count / 3 : 0
      let compared = wanted.indices.filter { third == 0 || !(third..<2 * third).contains($0) }
      #expect(
        error(compared.map { found[$0] }, compared.map { wanted[$0] }) < 1e-5, "\(parameter)")
    }
  }

  @Test func differentDecayOrClipIsDetected() throws {
    let c = try #require(Self.cases["class token"])
    for other in [try trained(c, decay: 0), try trained(c, clip: 0.1)] {
      #expect(c.trained.contains { error(other.network[$0.key].values, $0.value.values) > 1e-4 })
    }
  }
}
