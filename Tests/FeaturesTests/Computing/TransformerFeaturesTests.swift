// Features of vision transformers, compared with their definition: the Jacobian with respect to every value of every token.

import Features
import Networks
import Tensors
import Testing

struct TransformerFeaturesTests {
  static let texts = [
    "vit:side=4,patch=2,width=12,depth=2,heads=3,mlp=10",
    "vit:side=4,patch=2,width=12,depth=2,heads=3,mlp=10,pool=mean",
  ]
  static let outputs = 3
  static let images = 4

  /// A network with random parameters: gains are not 1, biases are not 0, and attention is not uniform.
  static func network(_ text: String = texts[0]) throws -> Network {
    let architecture = try Architecture(text, outputs: outputs)
    var parameters: [String: Tensor] = [:]
    for (index, (name, shape)) in architecture.parameters.enumerated() {
      var stream = RandomStream(seed: 5, .initialisation, index: index)
      let isGain = name.contains("norm") && name.hasSuffix(".weight")
      parameters[name] = Tensor(
        stream.normals(shape.reduce(1, *)).map { (isGain ? 1 : 0) + 0.4 * $0 }, shape: shape)
    }
    return try Network(
      architecture, parameters: parameters,
      preparation: .init(mean: [0.5, 0.4, 0.6], std: [0.25, 0.2, 0.3]))
  }

  static func labelledImages() throws -> LabelledImages {
    var stream = RandomStream(seed: 8, .selection)
    return try LabelledImages(
      pixels: (0..<images * 4 * 4 * 3).map { _ in UInt8(stream.next() >> 24) },
      labels: (0..<images).map { UInt16($0 % outputs) }, height: 4, width: 4, channels: 3)
  }

  static func survey(
    _ network: Network, _ logits: LogitSelection = .all, seed: UInt64 = 0, threads: Int = 2,
    batch: Int? = 7
  ) throws -> GradientSurvey {
    try GradientSurvey(
      network, images: labelledImages(), indices: Array(0..<images),
      layers: network.architecture.linearMaps, logits: logits, seed: seed,
      pool: WorkerPool(threads: threads), batch: batch)
  }

  static func positions(of map: LinearMap, _ network: Network) throws -> Int {
    let vit = try VisionTransformer(network.architecture.name)
    return map.role == .head ? 1 : map.name == "patch_embed.proj" ? 4 : vit.tokens
  }

  static func bruteForce(_ map: LinearMap, _ network: Network, beforeGain: Bool = true) throws
    -> Matrix
  {
    var naive = try NaiveTransformer(network)
    naive.beforeGain = beforeGain
    let (images, positions) = (try labelledImages(), try positions(of: map, network))
    var sum = Matrix(zeros: map.fanIn, map.fanIn)
    for n in 0..<images.count {
      let one = naive.agop(
        of: map, positions: positions, image: AGOPTests.map(images, n, network))
      for i in sum.values.indices { sum.values[i] += one.values[i] }
    }
    return sum
  }

  static func dense(_ features: FeatureSet, _ map: LinearMap) throws -> Matrix {
    Matrix(try #require(features.layers[map.name]).dense())
  }

  /// The matrix W·diag(γ) [K, d] of the map's rows, from the state dictionary.
  static func folded(_ map: LinearMap, _ network: Network) -> Matrix {
    let d = map.fanIn
    let gain = map.norm.map { network[$0 + ".weight"].values } ?? [Float](repeating: 1, count: d)
    let values = network[map.layer + ".weight"].values[
      map.rows.lowerBound * d..<map.rows.upperBound * d]
    return Matrix(
      values.enumerated().map { Double($1) * Double(gain[$0 % d]) }, rows: map.outputs, columns: d)
  }

  @Test(arguments: texts)
  func agopOfEveryMapAgreesWithJacobians(text: String) throws {
    let network = try Self.network(text)
    let maps = network.architecture.linearMaps
    #expect(maps.count == 1 + 2 * (3 * 3 + 3) + 1)
    let moments = try Self.survey(network).whole
    let sums = try FeatureSet.agop(
      network, layers: maps, moments: moments, reduction: .sum, power: 1)
    let means = try FeatureSet.agop(network, layers: maps, moments: moments, power: 1)
    let roots = try FeatureSet.agop(network, layers: maps, moments: moments, reduction: .sum)
    for map in maps {
      let expected = try Self.bruteForce(map, network)
      #expect(relativeError(try Self.dense(sums, map), expected) < 1e-5, "\(map.name)")
      let root = try Self.dense(roots, map)
      #expect(relativeError(root * root, expected) < 1e-5, "\(map.name)")
      let terms = Self.images * Self.outputs * (try Self.positions(of: map, network))
      let mean = try #require(means.layers[map.name]).trace
      #expect(abs(mean * Double(terms) / expected.trace - 1) < 1e-5, "\(map.name)")
    }
  }

  /// The gradient with respect to the token after the gain gives a different matrix, which the test above detects.
  @Test func missingGainIsDetected() throws {
    let network = try Self.network()
    for map in network.architecture.linearMaps {
      let (before, after) = (
        try Self.bruteForce(map, network), try Self.bruteForce(map, network, beforeGain: false)
      )
      let isNormalised = map.norm != nil
      #expect((relativeError(after, before) > 1e-2) == isNormalised, "\(map.name)")
    }
  }

  @Test func nfmIncludesTheGain() throws {
    let network = try Self.network()
    let maps = network.architecture.linearMaps
    let features = try FeatureSet.nfm(network, layers: maps)
    for map in maps {
      let weight = Self.folded(map, network)
      let expected = weight.transposedTimes(weight)
      #expect(relativeError(try Self.dense(features, map), expected) < 1e-5, "\(map.name)")
    }
  }

  /// The same check as for convolutions (`AGOPTests.probesAreUnbiased`).
  @Test func probesAreUnbiased() throws {
    let network = try Self.network()
    let exact = try Self.survey(network).whole
    let groups = try (0..<200).map { seed in
      try Self.survey(network, .probes(2), seed: UInt64(seed), threads: 1, batch: 8).whole
    }
    for name in ["patch_embed.proj", "blocks.0.attn.k.1", "blocks.1.attn.v.2", "blocks.0.mlp.fc2"] {
      let map = try #require(network.architecture.linearMaps.first { $0.name == name })
      for reduction in [FeatureSet.Reduction.sum, .mean] {
        let truth = exact.matrix(of: map, reduction)
        let samples = groups.map { $0.matrix(of: map, reduction) }
        #expect(AGOPTests.score(samples, truth) < 4, "\(name)")
        let doubled = Matrix(truth.values.map { $0 * 2 }, rows: truth.rows, columns: truth.rows)
        #expect(AGOPTests.score(samples, doubled) > 20, "\(name)")
      }
    }
  }

  @Test func threadCountDoesNotChangeBytes() throws {
    let network = try Self.network()
    for logits in [LogitSelection.all, .probes(3)] {
      let sums = try [1, 2, 5].map { try Self.survey(network, logits, threads: $0).whole.sums }
      #expect(sums[0] == sums[1] && sums[0] == sums[2])
    }
  }

  @Test func agreementWithAllImagesGrowsWithImageCount() throws {
    let network = try Self.network()
    let agreement = try Self.survey(network).convergence(network, power: 0.5)
    #expect(agreement.map(\.images) == [1, 2])
    // D of the head is the same for every image.
    let maps = network.architecture.linearMaps.count
    #expect(agreement.allSatisfy { $0.cosines.count == maps })
    for index in 0..<maps - 1 {
      #expect(agreement.allSatisfy { $0.cosines[index] > 0.3 && $0.cosines[index] < 1 })
    }
    let means = agreement.map { $0.cosines.reduce(0, +) / Double(maps) }
    #expect(means[1] > means[0])
    #expect(agreement.allSatisfy { abs($0.cosines[maps - 1] - 1) < 1e-9 })
  }
}
