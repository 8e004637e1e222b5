// Draws that are aligned with another residual network, through its shortcuts.

import Features
import Networks
import Tensors
import Testing

struct ResidualAlignmentTests {
  static let side = 8, count = 48

  static func images() throws -> LabelledImages {
    var stream = RandomStream(seed: 5, .selection)
    return try LabelledImages(
      pixels: (0..<count * side * side * 3).map { _ in UInt8(stream.below(256)) },
      labels: (0..<count).map { UInt16($0 % 3) }, height: side, width: side, channels: 3)
  }

  static let preparation = Network.Preparation(
    side: side, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25])

  /// A network with random gains and biases of its normalisations. Its running statistics are those of the images.
  static func source(_ text: String) throws -> Network {
    let architecture = try Architecture(text, outputs: 3)
    var stream = RandomStream(seed: 3, .initialisation)
    var parameters: [String: Tensor] = [:]
    for (name, shape) in architecture.parameters {
      let normals = stream.normals(shape.reduce(1, *))
      let values =
        shape.count > 1
        ? normals.map { $0 * (2 / Float(normals.count / shape[0])).squareRoot() }
        : name.hasSuffix(".weight") ? normals.map { 1 + 0.3 * $0 } : normals.map { 0.3 * $0 }
      parameters[name] = Tensor(values, shape: shape)
    }
    let network = try Network(architecture, parameters: parameters, preparation: preparation)
    let compiled = try CompiledNetwork(
      network, on: images(), at: Array(0..<count)[...], preparation: preparation,
      pool: WorkerPool(threads: 2), trains: false, differentiates: false)
    compiled.measureStatistics(images: count)
    return compiled.network
  }

  static func draw(
    _ method: String, _ text: String, with source: Network, ridge: Double = 1e-6
  ) throws -> (network: Network, explained: [Double]) {
    let initialiser = try Initialisers.named(method)
    var explained: [Double] = []
    let network = try initialise(
      Architecture(text, outputs: 3), method: initialiser, seed: 1,
      features: initialiser.hasFeatures ? FeatureSet.nfm(source) : nil,
      images: TaskImages(
        images(), preparation: preparation, count: count, pool: WorkerPool(threads: 2)),
      alignment: Alignment(source: source, ridge: ridge)
    ) { explained.append($1) }
    return (network, explained)
  }

  /// The network has convolutions of stride 2 and convolutions in shortcuts.
  @Test func copyToTheSameShapeIsTheSource() throws {
    let source = try Self.source("resnet14@0.25")
    let (network, explained) = try Self.draw("copy", "resnet14@0.25", with: source)
    #expect(explained.count == source.architecture.body.count)
    // The running variance is unbiased, while the batch's variance, which normalises new layers, is not: with few positions
    // they differ.
    #expect(explained.allSatisfy { $0 > 0.999 }, "\(explained)")
    for map in source.architecture.body {
      let (new, old) = (network.weight(of: map).values, source.weight(of: map).values)
      let distance = zip(new, old).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      #expect(distance < 1e-3 * old.reduce(0) { $0 + $1 * $1 }, "\(map.name)")
      let norm = try #require(map.batchNorm)
      #expect(network[norm + ".weight"] == source[norm + ".weight"])
    }
  }

  /// Maps that read the first convolution compensate for its permutation, except for gains and biases before the ReLU. In a
  /// sum of branches, each with its own permutation, nothing can compensate.
  @Test func drawsForOtherWidthsAndDepthsAreAligned() throws {
    let source = try Self.source("resnet14@0.5")
    for (method, text) in [
      ("nfm", "resnet8@0.5"), ("nfm", "resnet8@0.25"), ("permuted", "resnet14@0.5"),
    ] {
      let (network, explained) = try Self.draw(method, text, with: source)
      #expect(explained.count == network.architecture.body.count && explained.first == 1)
      #expect(explained.allSatisfy { $0 <= 1 }, "\(explained)")
      #expect(method != "permuted" || explained[1] > 0.9 && explained[3] < 0.9, "\(explained)")
      #expect(network["bn1.weight"].values.allSatisfy { $0 == 1 })
      #expect(network["bn1.running_mean"].values.contains { $0 != 0 })
    }
    let error = #expect(throws: FeatureError.self) {
      try Self.draw("nfm", "resnet20@0.5", with: source)
    }
    #expect("\(error.map(\.description) ?? "")".contains("'layer1.2.conv1' to align with"))
  }
}
