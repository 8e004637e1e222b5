// AdamW compared with PyTorch's.

import Foundation
import Tensors
import Testing

struct AdamWTests {
  struct Fixture: Decodable {
    struct Step: Decodable { let gradient, weight, bias: [Float] }
    let learningRate, beta1, beta2, epsilon, weightDecay: Float
    let weight, bias: [Float]
    let steps: [Step]
  }

  static let fixture: Fixture? = {
    guard let url = Bundle.module.url(forResource: "Fixtures/adamw", withExtension: "json"),
      let data = try? Data(contentsOf: url)
    else { return nil }
    return try? JSONDecoder().decode(Fixture.self, from: data)
  }()

  /// A layer of three units, and a gradient that is 1 for a different unit in each of three images: dW = dyᵀx is x, and the
  /// gradient of each bias is 1.
  func layer(_ fixture: Fixture) -> (layer: Linear, dy: Buffer) {
    let layer = Linear(inputs: 21, outputs: 3, pool: WorkerPool(threads: 2), trains: true)
    layer.weight.load(fixture.weight)
    layer.bias.load(fixture.bias)
    return (layer, Buffer([1, 0, 0, 0, 1, 0, 0, 0, 1]))
  }

  func rule(_ fixture: Fixture, step: Int, decay: Float? = nil) -> AdamW {
    AdamW(
      learningRate: fixture.learningRate, beta1: fixture.beta1, beta2: fixture.beta2,
      epsilon: fixture.epsilon, weightDecay: decay ?? fixture.weightDecay, step: step)
  }

  func difference(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? .infinity
  }

  @Test(arguments: [true, false])
  func twentyStepsAgreeWithPyTorch(atOnce: Bool) throws {
    let fixture = try #require(Self.fixture)
    let (layer, dy) = layer(fixture)
    let (y, pool) = (Buffer(count: 9), WorkerPool(threads: 2))
    for (index, step) in fixture.steps.enumerated() {
      layer.forward(Buffer(step.gradient), images: 3, into: y, retaining: true)
      let rule = rule(fixture, step: index + 1)
      if atOnce {
        layer.backward(dy, images: 3, into: nil, .apply(rule))
      } else {
        layer.backward(dy, images: 3, into: nil, .keep)
        for parameter in [layer.weight, layer.bias] { parameter.step(rule, pool: pool) }
      }
      #expect(difference(layer.weight.values, step.weight) < 1e-6)
      #expect(difference(layer.bias.values, step.bias) < 1e-6)
    }
    #expect(fixture.steps.count == 20)
  }

  /// The test above detects a different decay, a decay of the bias, and a wrong step number.
  @Test func wrongStepIsDetected() throws {
    let fixture = try #require(Self.fixture)
    let step = try #require(fixture.steps.first)
    for wrong in [rule(fixture, step: 1, decay: 0.01), rule(fixture, step: 2)] {
      let (layer, dy) = layer(fixture)
      layer.forward(
        Buffer(step.gradient), images: 3, into: Buffer(count: 9), retaining: true)
      layer.backward(dy, images: 3, into: nil, .apply(wrong))
      #expect(difference(layer.weight.values, step.weight) > 1e-6)
    }
  }

  @Test func bothMeansAreRestored() throws {
    let fixture = try #require(Self.fixture)
    let (layer, dy) = layer(fixture)
    let step = try #require(fixture.steps.last)
    layer.forward(Buffer(step.gradient), images: 3, into: Buffer(count: 9), retaining: true)
    layer.backward(dy, images: 3, into: nil, .apply(rule(fixture, step: 1)))
    let (mean, square) = (layer.weight.state(0), layer.weight.state(1))
    #expect(mean != square)
    let (other, _) = self.layer(fixture)
    other.weight.load(mean, state: 0)
    other.weight.load(square, state: 1)
    #expect(other.weight.state(0) == mean)
    #expect(other.weight.state(1) == square)
  }
}
