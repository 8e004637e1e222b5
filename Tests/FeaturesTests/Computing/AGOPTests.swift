// D and AGOP compared with their definition: the Jacobian with respect to every entry of every patch.

import Features
import Networks
import Tensors
import Testing

@Suite struct AGOPTests {
  static let side = 4
  static let images = 11

  /// A network with random weights and, as after training, biases that are not zero.
  static func network(outputs: Int = 4) throws -> Network {
    let architecture = try Architecture("vgg:5,M,6,7,M", outputs: outputs, hidden: [8], pooled: 1)
    var parameters: [String: Tensor] = [:]
    for (i, (name, shape)) in architecture.parameters.enumerated() {
      var stream = RandomStream(seed: 3, .initialisation, index: i)
      let count = shape.reduce(1, *)
      let size = name.hasSuffix("bias") ? 0.3 : (2 / Float(count / shape[0])).squareRoot()
      parameters[name] = Tensor(stream.normals(count).map { $0 * size }, shape: shape)
    }
    return try Network(
      architecture, parameters: parameters,
      preparation: .init(mean: [0.5, 0.4, 0.6], std: [0.25, 0.2, 0.3]))
  }

  static func labelledImages(outputs: Int = 4) throws -> LabelledImages {
    var stream = RandomStream(seed: 8, .selection)
    return try LabelledImages(
      pixels: (0..<images * side * side * 3).map { _ in UInt8(stream.next() >> 24) },
      labels: (0..<images).map { UInt16($0 % outputs) }, height: side, width: side, channels: 3)
  }

  /// The input for image `n`, as the naive network expects it: [3][H·W].
  static func map(_ images: LabelledImages, _ n: Int, _ network: Network) -> NaiveNetwork.Map {
    let (mean, std) = (network.preparation.mean, network.preparation.std)
    let size = side * side
    return (0..<3).map { c in
      (0..<size).map { p in
        (Double(images.pixels[(n * size + p) * 3 + c]) / 255 - mean[c]) / std[c]
      }
    }
  }

  static func bruteForce(
    _ network: Network, layer: Int, keepsOwnBias: Bool, logits: (UInt16) -> [Int]
  ) throws -> Matrix {
    let images = try labelledImages()
    let naive = NaiveNetwork(network: network, side: side)
    var sum: Matrix?
    for n in 0..<images.count {
      let one = naive.agop(
        of: layer, image: map(images, n, network), logits: logits(images.labels[n]),
        keepsOwnBias: keepsOwnBias)
      let total = sum ?? Matrix(zeros: one.rows, one.columns)
      sum = Matrix(zip(total.values, one.values).map(+), rows: one.rows, columns: one.columns)
    }
    return try #require(sum)
  }

  static func survey(
    _ network: Network, _ logits: LogitSelection, keepsOwnBias: Bool = true, seed: UInt64 = 0,
    batch: Int = 160, threads: Int = 2
  ) throws -> GradientSurvey {
    try GradientSurvey(
      network, images: labelledImages(), indices: Array(0..<images), logits: logits,
      keepsOwnBias: keepsOwnBias, seed: seed, pool: WorkerPool(threads: threads), batch: batch)
  }

  static func factor(
    _ network: Network, _ moments: GradientMoments, layer: Int,
    _ reduction: FeatureSet.Reduction, power: Double = 1
  ) throws -> Matrix {
    let set = try FeatureSet.agop(
      network, moments: moments, reduction: reduction, power: power)
    let name = network.architecture.body[layer].name
    return try #require(set.layers[name]).factor.factor
  }

  @Test(arguments: 0..<3)
  func agreesWithJacobiansOfEveryPatch(_ layer: Int) throws {
    let network = try Self.network()
    // A batch of 7 splits both the images and the logits into several sweeps.
    let moments = try Self.survey(network, .first(3), batch: 7).whole
    let f = try Self.factor(network, moments, layer: layer, .sum)
    let expected = try Self.bruteForce(network, layer: layer, keepsOwnBias: true) { _ in [0, 1, 2] }
    #expect(relativeError(f.transposedTimes(f), expected) < 1e-5)
    let mean = try Self.factor(network, moments, layer: layer, .mean)
    let positions = [16.0, 4, 4][layer]
    let terms = Double(Self.images) * positions * 3
    #expect(abs(mean.squaredNorm * terms / f.squaredNorm - 1) < 1e-12)
  }

  /// The authors' code sums over 11 images and the first logits without the layer's own bias, then takes the square root.
  @Test(arguments: 0..<3)
  func agreesWithTheAuthorsPatchNetwork(_ layer: Int) throws {
    let network = try Self.network()
    let moments = try Self.survey(network, .first(3), keepsOwnBias: false, batch: 7).whole
    let expected = try Self.bruteForce(network, layer: layer, keepsOwnBias: false) { _ in
      [0, 1, 2]
    }
    let f = try Self.factor(network, moments, layer: layer, .sum)
    #expect(relativeError(f.transposedTimes(f), expected) < 1e-5)
    let root = try Self.factor(network, moments, layer: layer, .sum, power: 0.5)
    let square = root.transposedTimes(root)
    #expect(relativeError(square * square, expected) < 1e-5)
    // The variants differ, so the comparison distinguishes them.
    let kept = try Self.bruteForce(network, layer: layer, keepsOwnBias: true) { _ in [0, 1, 2] }
    #expect(relativeError(kept, expected) > 1e-2)
  }

  @Test func labelSelectsTheLogitOfEachImagesClass() throws {
    let network = try Self.network()
    let moments = try Self.survey(network, .label, batch: 4).whole
    #expect(moments.gradientsPerImage == 1)
    for layer in 0..<3 {
      let f = try Self.factor(network, moments, layer: layer, .sum)
      let expected = try Self.bruteForce(network, layer: layer, keepsOwnBias: true) { [Int($0)] }
      #expect(relativeError(f.transposedTimes(f), expected) < 1e-5)
    }
  }

  @Test func labelsOutsideTheHeadAreRefused() throws {
    let network = try Self.network(outputs: 2)
    #expect(throws: NetworkError.self) { _ = try Self.survey(network, .label) }
    #expect(throws: NetworkError.self) { _ = try Self.survey(network, .first(3)) }
  }

  /// The expectation of (rᵀJ)ᵀ(rᵀJ) over sign vectors r is JᵀJ. Each entry of the mean of 400 groups of 2 probes is
  /// compared with the exact value, in standard errors. The mean of the squared z-scores has expectation 1 and a standard
  /// deviation of about 0.7, since entries share their signs; the bound is 4. Ten times as many groups gave the same
  /// scores, while a bias would have made them ten times as large.
  @Test func probesAreUnbiased() throws {
    let network = try Self.network()
    let exact = try Self.survey(network, .all).whole
    let groups = try (0..<400).map { seed in
      try Self.survey(network, .probes(2), seed: UInt64(seed), threads: 1).whole
    }
    for map in network.architecture.body {
      for reduction in [FeatureSet.Reduction.sum, .mean] {
        let truth = exact.matrix(of: map, reduction)
        let samples = groups.map { $0.matrix(of: map, reduction) }
        #expect(Self.score(samples, truth) < 4)
        // A sum that is not divided by the number of probes is detected.
        let doubled = Matrix(truth.values.map { $0 * 2 }, rows: truth.rows, columns: truth.rows)
        #expect(Self.score(samples, doubled) > 20)
      }
    }
  }

  /// The squared z-score of the samples' mean, averaged over entries. Entries without variance, which belong to filters
  /// that never fire, must be exact.
  static func score(_ samples: [Matrix], _ truth: Matrix) -> Double {
    let n = Double(samples.count)
    var scores: [Double] = []
    for (i, value) in truth.values.enumerated() {
      let entries = samples.map { $0.values[i] }
      let mean = entries.reduce(0, +) / n
      let variance = entries.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / (n - 1)
      if variance > 0 {
        scores.append((mean - value) * (mean - value) / (variance / n))
      } else if mean != value {
        return .infinity
      }
    }
    return scores.reduce(0, +) / Double(scores.count)
  }

  @Test func threadCountDoesNotChangeBytes() throws {
    let network = try Self.network()
    for logits in [LogitSelection.all, .probes(3)] {
      let one = try Self.survey(network, logits, threads: 1).whole
      let two = try Self.survey(network, logits, threads: 2).whole
      #expect(one.sums == two.sums)
    }
  }

  @Test func agreementWithAllImagesGrowsWithImageCount() throws {
    let network = try Self.network()
    let survey = try Self.survey(network, .all)
    #expect(survey.partial.map(\.images) == [1, 2, 5])
    #expect(survey.whole.images == 11)
    let agreement = try survey.convergence(network, power: 0.5)
    #expect(agreement.map(\.images) == [1, 2, 5])
    for layer in 0..<3 {
      #expect(agreement.allSatisfy { $0.cosines[layer] > 0.5 && $0.cosines[layer] <= 1 + 1e-12 })
      #expect(agreement[2].cosines[layer] > agreement[0].cosines[layer])
    }
    // The moments of the first images equal those of a survey of these images only.
    let alone = try GradientSurvey(
      network, images: Self.labelledImages(), indices: Array(0..<5), logits: .all,
      pool: WorkerPool(threads: 1))
    for map in network.architecture.body {
      let (one, other) = (
        alone.whole.matrix(of: map, .sum), survey.partial[2].matrix(of: map, .sum)
      )
      #expect(relativeError(one, other) < 1e-5)
    }
  }
}
