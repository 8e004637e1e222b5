// Small residual networks compared with PyTorch (Fixtures/make_resnet.py).

import Foundation
import Networks
import Tensors
import Testing

struct ResidualReferenceTests {
  struct Case: Decodable {
    let text: String
    let side: Int
    let outputs: Int
    let labels: [UInt16]
    let parameters: [String: ReferenceTests.Case.Values]
    let input: [Float]
    /// The logits with running statistics.
    let evaluated: [Float]
    /// The logits with the statistics of the batch.
    let logits: [Float]
    let loss: Double
    let gradients: [String: ReferenceTests.Case.Values]
    let trained: [String: ReferenceTests.Case.Values]

    var images: Int { labels.count }

    func network() throws -> Network {
      try Network(Architecture(text, outputs: outputs), parameters: parameters.mapValues(\.tensor))
    }

    func compiled(
      threads: Int = 2, trains: Bool = true, differentiates: Bool = true,
      algorithm: ConvolutionAlgorithm = .winograd
    ) throws -> CompiledNetwork {
      let compiled = try CompiledNetwork(
        network(), side: side, batch: images, pool: WorkerPool(threads: threads), trains: trains,
        differentiates: differentiates, algorithm: algorithm)
      compiled.input.load(input)
      return compiled
    }
  }

  static let cases: [String: Case] = {
    guard
      let url = Bundle.module.url(
        forResource: "resnet", withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url),
      let cases = try? JSONDecoder().decode([String: Case].self, from: data)
    else { return [:] }
    return cases
  }()

  /// The draws of a training pass, which uses the statistics of the batch.
  static let training = DropoutDraws(seed: 0, step: 0)

  @Test func allFixturesArePresent() { #expect(Self.cases.count == 4) }

  /// The network is laid out for training, for gradients only, and for evaluation only, where blocks share memory.
  @Test(arguments: cases.keys.sorted(), [(true, true), (false, true), (false, false)])
  func evaluationUsesRunningStatistics(name: String, uses: (Bool, Bool)) throws {
    let c = try #require(Self.cases[name])
    let network = try c.compiled(trains: uses.0, differentiates: uses.1)
    network.evaluate(images: c.images)
    #expect(error(network.logits.values(c.evaluated.count), c.evaluated) < 1e-5)
    network.forward(images: c.images, dropout: nil)
    #expect(error(network.logits.values(c.evaluated.count), c.evaluated) < 1e-5)
    #expect(try network.network.parameters == c.network().parameters)
  }

  @Test(arguments: cases.keys.sorted(), ConvolutionAlgorithm.allCases)
  func lossAndGradientsAgreeWithPyTorch(name: String, algorithm: ConvolutionAlgorithm) throws {
    let c = try #require(Self.cases[name])
    let network = try c.compiled(algorithm: algorithm)
    network.forward(images: c.images, dropout: Self.training)
    #expect(error(network.logits.values(c.logits.count), c.logits) < 1e-5)
    let loss = network.loss(labels: c.labels[...])
    #expect(abs(loss.sum / Double(c.images) - c.loss) < 1e-5 * c.loss)
    network.backward(images: c.images, .keep)
    let gradients = network.gradients
    #expect(Set(gradients.keys) == Set(c.gradients.keys))
    for (parameter, expected) in c.gradients {
      let gradient = try #require(gradients[parameter])
      #expect(gradient.shape == expected.shape)
      #expect(error(gradient.values, expected.values) < 1e-4, "\(parameter)")
    }
  }

  func trained(_ c: Case, threads: Int = 2, keeping: Bool = false) throws -> Network {
    let network = try c.compiled(threads: threads)
    let rule = SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4)
    for _ in 0..<3 {
      network.forward(images: c.images, dropout: Self.training)
      _ = network.loss(labels: c.labels[...])
      network.backward(images: c.images, keeping ? .keep : .apply(rule))
      if keeping { network.update(rule) }
    }
    return network.network
  }

  /// The parameters include the running statistics, which have a momentum of 0.1.
  @Test(arguments: cases.keys.sorted(), [false, true])
  func parametersAfterThreeStepsAgreeWithPyTorch(name: String, keeping: Bool) throws {
    let c = try #require(Self.cases[name])
    let network = try trained(c, keeping: keeping)
    #expect(Set(network.parameters.keys) == Set(c.trained.keys))
    for (parameter, expected) in c.trained {
      #expect(error(network[parameter].values, expected.values) < 1e-4, "\(parameter)")
    }
  }

  @Test(arguments: cases.keys.sorted())
  func threadCountDoesNotChangeBytes(name: String) throws {
    let c = try #require(Self.cases[name])
    #expect(try trained(c, threads: 1).parameters == trained(c, threads: 3).parameters)
  }
}
