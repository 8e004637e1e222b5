// Initialisers that depend only on the shape of a layer: mean and variance of more than 200,000 weights.

import Features
import Networks
import Tensors
import Testing

@Suite struct DistributionTests {
  /// A network whose first convolution has 144·27 weights and whose second has 160·144·9 = 207,360.
  static func architecture() throws -> Architecture {
    try Architecture("vgg:144,160,M", outputs: 7, hidden: [500], pooled: 1)
  }

  struct Expectation: Sendable {
    let name: String
    let variance: Double
    /// The kurtosis: 3 for a normal distribution, 9/5 for a uniform one.
    let kurtosis: Double
  }

  static let expectations: [Expectation] = {
    let (fanIn, fanOut) = (9.0 * 144, 9.0 * 160)
    return [
      Expectation(name: "normal", variance: 0.0025, kurtosis: 3),
      Expectation(name: "uniform", variance: 0.025 * 0.025 / 3, kurtosis: 1.8),
      Expectation(name: "xavier-normal", variance: 4 / (fanIn + fanOut), kurtosis: 3),
      Expectation(name: "kaiming-uniform", variance: 2 / fanIn, kurtosis: 1.8),
      Expectation(name: "kaiming-normal", variance: 2 / fanIn, kurtosis: 3),
      Expectation(name: "default", variance: 2 / fanOut, kurtosis: 3),
      Expectation(name: "torch", variance: 1 / (3 * fanIn), kurtosis: 1.8),
    ]
  }()

  @Test(arguments: expectations)
  func momentsAreTheDocumentedOnes(_ expected: Expectation) throws {
    let (name, variance, kurtosis) = (expected.name, expected.variance, expected.kurtosis)
    let network = try initialise(
      Self.architecture(), method: Initialisers.named(name), seed: 11)
    let moments = Moments(network["features.2.weight"].values)
    #expect(moments.count >= 200_000)
    #expect(moments.agree(variance: variance, kurtosis: kurtosis))
    // A deviation that is 1 % too large, which makes the variance 2 % too large, is detected.
    #expect(!moments.agree(variance: variance * 1.02, kurtosis: kurtosis))
    #expect(network["features.2.bias"].values.allSatisfy { $0 == 0 })
  }

  @Test func uniformDrawsStayWithinTheirBounds() throws {
    for (name, bound) in [("uniform", 0.025), ("torch", 1 / (9.0 * 144).squareRoot())] {
      let network = try initialise(
        Self.architecture(), method: Initialisers.named(name), seed: 2)
      let values = network["features.2.weight"].values
      let largest = values.map { abs(Double($0)) }.max() ?? 0
      #expect(largest <= bound * (1 + 1e-6) && largest > 0.999 * bound)
    }
  }

  @Test func zeroDrawsAreZero() throws {
    let network = try initialise(
      Self.architecture(), method: Initialisers.named("zero"), seed: 1)
    #expect(network["features.0.weight"].values.allSatisfy { $0 == 0 })
    #expect(network["classifier.0.weight"].squaredNorm > 0)
  }

  @Test func allMethodsDrawTheHeadInTheSameWay() throws {
    let architecture = try Architecture("vgg:4,M", outputs: 400, hidden: [520], pooled: 1)
    var options = InitialisationOptions()
    #expect(options.head == .kaiming)
    #expect(InitialisationOptions(convention: .paper).head == .torchvision)
    for (head, variance) in [(HeadInitialisation.torchvision, 1e-4), (.kaiming, 2.0 / 520)] {
      options.head = head
      let a = try initialise(
        architecture, method: Initialisers.named("zero"), options: options, seed: 3)
      let b = try initialise(
        architecture, method: Initialisers.named("torch"), options: options, seed: 3)
      #expect(a["classifier.3.weight"] == b["classifier.3.weight"])
      let moments = Moments(a["classifier.3.weight"].values)
      #expect(moments.agree(variance: variance, kurtosis: 3))
      #expect(!moments.agree(variance: 1.02 * variance, kurtosis: 3))
      #expect(a["classifier.0.bias"].squaredNorm == 0)
    }
  }

  @Test func seedsAndLayersHaveDifferentValues() throws {
    let method = try Initialisers.named("kaiming-normal")
    let architecture = try Architecture("vgg:3,3,3,M", outputs: 2, hidden: [], pooled: 1)
    let a = try initialise(architecture, method: method, seed: 1)
    let b = try initialise(architecture, method: method, seed: 1)
    let c = try initialise(architecture, method: method, seed: 2)
    #expect(a.parameters == b.parameters)
    #expect(a["features.0.weight"] != c["features.0.weight"])
    #expect(a["features.0.weight"] != a["features.2.weight"])
    #expect(a["features.2.weight"] != a["features.4.weight"])
  }
}
