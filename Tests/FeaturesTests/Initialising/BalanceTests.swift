// Scale `balanced`: measurements of the probe, and outputs of a naive network.

import Features
import Foundation
import Networks
import Tensors
import Testing

@Suite struct BalanceTests {
  static let name = "vgg:12,M,16,20,M"

  static func balanced(
    _ method: String, threads: Int = 2,
    _ change: (inout InitialisationOptions) throws -> Void = { _ in }
  ) throws -> Network {
    try ImageInitialiserTests.draw(method, name, threads: threads) {
      $0.scale = .balanced
      try change(&$0)
    }
  }

  /// The ratio ‖∇W‖/‖W‖ of every convolution, on the images that the initialiser used.
  static func ratios(_ network: Network, on task: TaskImages? = nil) throws -> [Double] {
    let probe = try Probe(network, images: task ?? ImageInitialiserTests.task())
    return probe.layers.map {
      $0.gradientNorm / network[$0.name + ".weight"].squaredNorm.squareRoot()
    }
  }

  static func spread(_ ratios: [Double]) -> Double {
    (ratios.max() ?? .nan) / (ratios.min() ?? .nan) - 1
  }

  static func deviation(_ network: Network, layer: Int) throws -> Double {
    let z = try ImageInitialiserTests.preactivations(network, layer: layer)
    return ImageInitialiserTests.deviation(z.flatMap { $0 })
  }

  @Test(arguments: ["kaiming-normal", "default", "orthogonal", "lsuv", "patches"])
  func relativeGradientsAreEqualAndTheOutputHasUnitDeviation(_ method: String) throws {
    let network = try Self.balanced(method)
    #expect(Self.spread(try Self.ratios(network)) < 1e-4)
    #expect(abs(try Self.deviation(network, layer: 2) - 1) < 1e-4)
    // Scale `output` does not make the ratios equal, which the measure detects.
    let output = try ImageInitialiserTests.draw(method, Self.name) { $0.scale = .output }
    #expect(Self.spread(try Self.ratios(output)) > 0.1)
    // Both networks compute the same function, but their layers have different factors.
    let pairs = zip(
      try ImageInitialiserTests.preactivations(network, layer: 2).joined(),
      try ImageInitialiserTests.preactivations(output, layer: 2).joined())
    #expect(pairs.allSatisfy { abs($0 - $1) < 1e-4 })
    let factors = output.architecture.body.map {
      (network[$0.weight].squaredNorm / output[$0.weight].squaredNorm).squareRoot()
    }
    #expect(abs(factors.reduce(1, *) - 1) < 1e-4)
    #expect(factors.contains { $0 > 1.01 })
  }

  /// Excluded convolutions have the scale and the values of `kaiming-normal`.
  @Test(arguments: [("1,3", [0, 2]), ("1-2", [0, 1]), ("2", [1])])
  func onlyChosenLayersAreBalanced(layers: String, chosen: [Int]) throws {
    let network = try Self.balanced("default") { $0.layers = try LayerSelection(layers) }
    let plain = try ImageInitialiserTests.draw("kaiming-normal", Self.name)
    for (index, map) in network.architecture.body.enumerated() where !chosen.contains(index) {
      #expect(network[map.weight] == plain[map.weight])
    }
    let ratios = try Self.ratios(network)
    #expect(Self.spread(chosen.map { ratios[$0] }) < 1e-4)
    #expect(abs(try Self.deviation(network, layer: chosen[chosen.count - 1]) - 1) < 1e-4)
  }

  @Test func alignedDrawsAreBalanced() throws {
    let source = try AlignmentTests.source("vgg:8,M,6,7,M")
    let (network, shares) = try AlignmentTests.draw(
      "kaiming-nfm", "vgg:4,M,5,6,M", with: source, features: AlignmentTests.nfm(source)
    ) { $0.scale = .balanced }
    #expect(shares.count == 3)
    #expect(Self.spread(try Self.ratios(network)) < 1e-4)
    #expect(abs(try Self.deviation(network, layer: 2) - 1) < 1e-4)
  }

  /// A head with biases is not homogeneous, unlike the convolutions before it.
  @Test func copiedHeadKeepsItsBiases() throws {
    let architecture = try Architecture("vgg:6,M,8,M", outputs: 3, hidden: [6])
    var source = try initialise(
      architecture, method: Initialisers.named("kaiming-normal"), seed: 3)
    var parameters = source.parameters
    parameters["classifier.0.bias"] = Tensor([0.3, -0.2, 0.9, 0, -1, 0.5], shape: [6])
    source = try Network(architecture, parameters: parameters)
    var options = InitialisationOptions()
    options.scale = .balanced
    options.head = try HeadInitialisation("copy")
    let network = try initialise(
      architecture, method: Initialisers.named("copy"), options: options, seed: 1, source: source,
      images: ImageInitialiserTests.task())
    #expect(network["classifier.0.bias"] == source["classifier.0.bias"])
    #expect(Self.spread(try Self.ratios(network)) < 1e-4)
  }

  /// A batch holds 2,048 images of 8×8, so the last batch is smaller. All images have the same weight in the gradient.
  @Test func imagesOfAllBatchesHaveEqualWeight() throws {
    let count = TaskImages.count(area: 64) + 52
    let images = try ImageInitialiserTests.labelledImages(count)
    let task = TaskImages(
      images, preparation: ImageInitialiserTests.preparation, count: count,
      pool: WorkerPool(threads: 2))
    var options = InitialisationOptions()
    options.scale = .balanced
    let network = try initialise(
      Architecture("vgg:4,M,5,M", outputs: 3, hidden: []),
      method: Initialisers.named("kaiming-normal"), options: options, seed: 1, images: task)
    #expect(Self.spread(try Self.ratios(network, on: task)) < 1e-4)
  }

  @Test func threadCountDoesNotChangeBytes() throws {
    let (one, three) = (
      try Self.balanced("kaiming-normal", threads: 1),
      try Self.balanced("kaiming-normal", threads: 3)
    )
    #expect(one.parameters == three.parameters)
  }

  @Test func unsuitableNetworksAreRefused() throws {
    func said(_ body: () throws -> Network) -> String {
      InitialiserOptionsTests.message { _ = try body() }
    }
    #expect(
      said { try Self.balanced("zero") }
        == "'features.0' puts out a constant: it cannot be scaled to unit deviation")
    #expect(
      said { try Self.balanced("kaiming-normal") { $0.head = try HeadInitialisation("zero") } }
        == "no gradient arrives at 'features.0': it cannot be balanced")
    var options = InitialisationOptions()
    options.scale = .balanced
    func draw(outputs: Int, _ images: TaskImages?) throws -> Network {
      try initialise(
        Architecture("vgg:4,M", outputs: outputs), method: Initialisers.named("kaiming-normal"),
        options: options, seed: 1, images: images)
    }
    #expect(said { try draw(outputs: 3, nil) } == "scale 'balanced' needs images")
    #expect(
      said { try draw(outputs: 2, ImageInitialiserTests.task()) }
        == "label 2 is outside the head's 2 outputs")
  }
}
