// Small VGGs compared with PyTorch (Fixtures/make_vgg.py).

import Foundation
import Networks
import Tensors
import Testing

struct ReferenceTests {
  struct Case: Decodable {
    struct Values: Decodable {
      let shape: [Int]
      let values: [Float]
      var tensor: Tensor { Tensor(values, shape: shape) }
    }
    let table: String
    let outputs: Int
    let hidden: [Int]
    let pooled: Int
    let side: Int
    let labels: [UInt16]
    let parameters: [String: Values]
    let input: [Float]
    let logits: [Float]
    let loss: Double
    let smoothedLoss: Double
    let gradients: [String: Values]
    let trained: [String: Values]
    let refinedFrom: [String: Values]
    let clip: Double
    /// The norm of the gradient before each step.
    let norms: [Double]
    let refined: [String: Values]
  }

  static let cases: [String: Case] = {
    guard
      let url = Bundle.module.url(
        forResource: "vgg", withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url),
      let cases = try? JSONDecoder().decode([String: Case].self, from: data)
    else { return [:] }
    return cases
  }()

  func compiled(_ c: Case, threads: Int = 2) throws -> CompiledNetwork {
    let architecture = try Architecture(
      "vgg:" + c.table, outputs: c.outputs, hidden: c.hidden, pooled: c.pooled)
    let network = try Network(architecture, parameters: c.parameters.mapValues(\.tensor))
    let compiled = try CompiledNetwork(
      network, side: c.side, batch: c.labels.count, pool: WorkerPool(threads: threads),
      trains: true)
    compiled.input.load(c.input)
    return compiled
  }

  @Test func allFixturesArePresent() { #expect(Self.cases.count == 2) }

  @Test(arguments: cases.keys.sorted())
  func logitsLossAndGradientsAgreeWithPyTorch(name: String) throws {
    let c = try #require(Self.cases[name])
    let network = try compiled(c)
    network.forward(images: c.labels.count, dropout: nil)
    #expect(error(network.logits.values(c.logits.count), c.logits) < 1e-5)
    let smoothed = network.loss(labels: c.labels[...], smoothing: 0.1)
    #expect(abs(smoothed.sum / Double(c.labels.count) - c.smoothedLoss) < 1e-5 * c.smoothedLoss)
    let loss = network.loss(labels: c.labels[...])
    #expect(abs(loss.sum / Double(c.labels.count) - c.loss) < 1e-5 * c.loss)
    network.backward(images: c.labels.count, .keep)
    let gradients = network.gradients
    #expect(gradients.count == c.gradients.count)
    for (parameter, expected) in c.gradients {
      let gradient = try #require(gradients[parameter])
      #expect(gradient.shape == expected.shape)
      #expect(error(gradient.values, expected.values) < 1e-4, "\(parameter)")
    }
  }

  @Test(arguments: cases.keys.sorted())
  func weightsAfterThreeStepsAgreeWithPyTorch(name: String) throws {
    let c = try #require(Self.cases[name])
    let network = try compiled(c)
    for _ in 0..<3 {
      network.forward(images: c.labels.count, dropout: nil)
      _ = network.loss(labels: c.labels[...])
      network.backward(images: c.labels.count, .keep)
      network.update(SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4))
    }
    let trained = network.network
    for (parameter, expected) in c.trained {
      #expect(error(trained[parameter].values, expected.values) < 1e-4, "\(parameter)")
    }
  }

  /// Trains for three steps with Nesterov momentum, clipping and label smoothing together.
  func refined(
    _ c: Case, nesterov: Bool = true, clip: Double? = nil, smoothing: Float = 0.1
  ) throws -> (norms: [Double], network: Network) {
    let network = try compiled(c)
    network.load(
      try Network(network.architecture, parameters: c.refinedFrom.mapValues(\.tensor)))
    let norms = (0..<3).map { _ in
      network.forward(images: c.labels.count, dropout: nil)
      _ = network.loss(labels: c.labels[...], smoothing: smoothing)
      network.backward(images: c.labels.count, .keep)
      let norm = network.gradientNorm
      network.update(SGD(learningRate: 0.5, nesterov: nesterov), clip: clip ?? c.clip)
      return norm
    }
    return (norms, network.network)
  }

  @Test(arguments: cases.keys.sorted())
  func weightsAfterThreeRefinedStepsAgreeWithPyTorch(name: String) throws {
    let c = try #require(Self.cases[name])
    let (norms, trained) = try refined(c)
    for (norm, expected) in zip(norms, c.norms) { #expect(abs(norm - expected) < 1e-4 * expected) }
    for (parameter, expected) in c.refined {
      #expect(error(trained[parameter].values, expected.values) < 1e-4, "\(parameter)")
    }
  }

  @Test func omittedRefinementIsDetected() throws {
    let c = try #require(Self.cases["even"])
    #expect(c.norms[0] > c.clip && c.norms[2] < c.clip)
    for other in [
      try refined(c, nesterov: false), try refined(c, clip: 1e9), try refined(c, smoothing: 0),
    ] {
      #expect(c.refined.contains { error(other.network[$0.key].values, $0.value.values) > 1e-3 })
    }
  }

  /// A different weight decay changes the third step by more than the tolerance of the comparison.
  @Test func differentWeightDecayIsDetected() throws {
    let c = try #require(Self.cases["even"])
    let network = try compiled(c)
    for _ in 0..<3 {
      network.forward(images: c.labels.count, dropout: nil)
      _ = network.loss(labels: c.labels[...])
      network.backward(images: c.labels.count, .keep)
      network.update(SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 0.05))
    }
    let trained = network.network
    #expect(
      c.trained.contains { error(trained[$0.key].values, $0.value.values) > 1e-3 })
  }
}

/// max |a − b| / max |b|
func error(_ a: [Float], _ b: [Float]) -> Float {
  zip(a, b).map { abs($0 - $1) }.max().map { $0 / (b.map(abs).max() ?? 1) } ?? .infinity
}
