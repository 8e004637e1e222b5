// Initialisers that use images, the probe and its warnings, compared with a naive network.

import Features
import Foundation
import Networks
import Tensors
import Testing

@Suite struct ImageInitialiserTests {
  static let side = 8
  static let preparation = Network.Preparation(
    side: side, mean: [0.5, 0.4, 0.6], std: [0.25, 0.2, 0.3])

  /// Images of smooth gradients with noise, whose pixels are correlated.
  static func labelledImages(_ count: Int = 16) throws -> LabelledImages {
    var stream = RandomStream(seed: 2, .selection)
    var pixels: [UInt8] = []
    for _ in 0..<count {
      let (a, b) = (stream.uniform(), stream.uniform())
      for y in 0..<side {
        for x in 0..<side {
          for c in 0..<3 {
            let value = a * Float(x * 12) + b * Float(y * 14) + 20 * Float(c)
            pixels.append(UInt8(min(255, value + 30 * stream.uniform())))
          }
        }
      }
    }
    return try LabelledImages(
      pixels: pixels, labels: (0..<count).map { UInt16($0 % 3) }, height: side, width: side,
      channels: 3)
  }

  static func task(_ count: Int = 16, threads: Int = 2) throws -> TaskImages {
    TaskImages(
      try labelledImages(count), preparation: preparation, pool: WorkerPool(threads: threads))
  }

  static func draw(
    _ method: String, _ name: String, seed: UInt64 = 1, threads: Int = 2,
    _ change: (inout InitialisationOptions) throws -> Void = { _ in }
  ) throws -> Network {
    var options = InitialisationOptions()
    try change(&options)
    return try initialise(
      Architecture(name, outputs: 3, hidden: [6]), method: Initialisers.named(method),
      options: options, seed: seed, images: task(threads: threads))
  }

  static func maps() throws -> [NaiveNetwork.Map] {
    let images = try labelledImages()
    let size = side * side
    return (0..<images.count).map { n in
      (0..<3).map { c in
        (0..<size).map { p in
          (Double(images.pixels[(n * size + p) * 3 + c]) / 255 - preparation.mean[c])
            / preparation.std[c]
        }
      }
    }
  }

  /// The pre-activations of convolution `layer`, [K][images · positions].
  static func preactivations(_ network: Network, layer: Int) throws -> [[Double]] {
    let naive = NaiveNetwork(network: network, side: side)
    var all: [[Double]] = []
    for image in try maps() {
      let z = naive.preactivation(of: layer, naive.input(of: layer, image: image))
      all = all.isEmpty ? z : zip(all, z).map { $0 + $1 }
    }
    return all
  }

  static func deviation(_ values: [Double]) -> Double {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
  }

  @Test(arguments: ["lsuv", "kaiming-normal", "default"])
  func unitOutputDeviationInEveryLayer(_ method: String) throws {
    let network = try Self.draw(method, "vgg:12,M,16,20,M") {
      if method != "lsuv" { $0.scale = .output }
    }
    for layer in 0..<3 {
      let z = try Self.preactivations(network, layer: layer)
      #expect(abs(Self.deviation(z.flatMap { $0 }) - 1) < 1e-5)
    }
    #expect(network.preparation == Self.preparation)
    // Filters of lsuv are orthogonal up to a factor.
    if method == "lsuv" {
      let w = Matrix(network["features.3.weight"])
      let gram = w.timesTransposed(w)
      let identity = Matrix(diagonal: [Double](repeating: gram.trace / 16, count: 16))
      #expect(relativeError(gram, identity) < 1e-5)
    }
  }

  @Test func onlyChosenLayersAreRescaled() throws {
    let network = try Self.draw("kaiming-normal", "vgg:12,M,16,20,M") {
      $0.scale = .output
      $0.layers = try LayerSelection("2")
    }
    let plain = try Self.draw("kaiming-normal", "vgg:12,M,16,20,M")
    #expect(network["features.0.weight"] == plain["features.0.weight"])
    #expect(network["features.3.weight"] != plain["features.3.weight"])
    #expect(network["features.5.weight"] == plain["features.5.weight"])
    let z = try Self.preactivations(network, layer: 1)
    #expect(abs(Self.deviation(z.flatMap { $0 }) - 1) < 1e-5)
  }

  /// 16 images have 1,024 patches, all of which are used, so Σ is known exactly.
  @Test func patchesHaveTheCovarianceOfTheInput() throws {
    let patches = try Self.maps().flatMap { NaiveNetwork.patches($0, side: Self.side) }
    let n = Double(patches.count)
    let mean = (0..<27).map { i in patches.reduce(0) { $0 + $1[i] } / n }
    let rows = Matrix(
      patches.flatMap { patch in zip(patch, mean).map { $0 - $1 } }, rows: patches.count,
      columns: 27)
    let sigma = rows.transposedTimes(rows)
    let values = try [5, 6].flatMap { seed in
      try Self.draw("patches", "vgg:4096,M", seed: seed)["features.0.weight"].values
    }
    let samples = Matrix(Tensor(values, shape: [8192, 27]))
    let expected = CovarianceTests.scaled(sigma, by: 2 / sigma.trace)
    #expect(CovarianceTests.deviation(samples, from: expected) < 5)
    #expect(
      CovarianceTests.deviation(samples, from: CovarianceTests.scaled(expected, by: 1.1)) > 5)
    // Without centring, filters would point to the mean, which is detected.
    let raw = Matrix(patches.flatMap { $0 }, rows: patches.count, columns: 27)
    let uncentred = raw.transposedTimes(raw)
    #expect(
      CovarianceTests.deviation(
        samples, from: CovarianceTests.scaled(uncentred, by: 2 / uncentred.trace)) > 5)
  }

  @Test func missingImagesAreRefused() throws {
    let architecture = try Architecture("vgg:4,M", outputs: 3)
    for method in ["patches", "lsuv"] {
      let said = InitialiserOptionsTests.message {
        _ = try initialise(architecture, method: Initialisers.named(method), seed: 1)
      }
      #expect(said == "'\(method)' needs images")
    }
    let said = InitialiserOptionsTests.message {
      _ = try Self.draw("zero", "vgg:4,M") { $0.scale = .output }
    }
    #expect(
      said == "'features.0' puts out a constant: it cannot be scaled to unit deviation")
  }

  @Test func threadCountDoesNotChangeBytes() throws {
    for method in ["patches", "lsuv"] {
      let one = try Self.draw(method, "vgg:12,M,16,20,M", threads: 1)
      let two = try Self.draw(method, "vgg:12,M,16,20,M", threads: 2)
      #expect(one.parameters == two.parameters)
    }
  }

  @Test func probeAgreesWithANaiveNetwork() throws {
    let network = try Self.draw("kaiming-normal", "vgg:12,M,16,20,M")
    let probe = try Probe(network, images: Self.task())
    #expect(probe.layers.map(\.name) == ["features.0", "features.3", "features.5"])
    #expect(probe.images == 16)
    for layer in 0..<3 {
      let z = try Self.preactivations(network, layer: layer)
      let found = probe.layers[layer]
      #expect(abs(found.deviation / Self.deviation(z.flatMap { $0 }) - 1) < 1e-5)
      let dead = z.count { $0.allSatisfy { $0 <= 0 } }
      #expect(found.deadShare == Double(dead) / Double(z.count))
      let n = Double(z[0].count)
      let rows = z.flatMap { row in
        let mean = row.reduce(0, +) / n
        return row.map { $0 - mean }
      }
      let centred = Matrix(rows, rows: z.count, columns: z[0].count)
      let eigen = try #require(SymmetricEigen(centred.timesTransposed(centred)))
      #expect(abs(found.effectiveRank / effectiveRank(eigen.values) - 1) < 1e-4)
    }
  }

  /// The expected gradient is computed by central differences of the library's loss.
  @Test func gradientNormBelongsToTheMeanLoss() throws {
    let network = try Self.draw("kaiming-normal", "vgg:4,M")
    let probe = try Probe(network, images: Self.task())
    let name = "features.0.weight"
    var square = 0.0
    for i in network[name].values.indices {
      let losses = try [Float(0.01), -0.01].map { step in
        var parameters = network.parameters
        parameters[name]?.values[i] += step
        let moved = try Network(network.architecture, parameters: parameters)
        return try Probe(moved, images: Self.task(threads: 1)).loss
      }
      square += pow((losses[0] - losses[1]) / 0.02, 2)
    }
    #expect(abs(probe.layers[0].gradientNorm / square.squareRoot() - 1) < 1e-2)
  }

  @Test func warningsNameTheirLayer() throws {
    let healthy = try Self.draw("kaiming-normal", "vgg:12,M,16,M")
    #expect(try Probe(healthy, images: Self.task()).warnings.isEmpty)
    #expect(try healthy.weightWarnings().isEmpty)
    // The first layer has twelve equal filters, and the second never fires.
    var parameters = healthy.parameters
    let filter = healthy["features.0.weight"].values.prefix(27)
    parameters["features.0.weight"] = Tensor(
      (0..<12).flatMap { _ in filter }, shape: [12, 3, 3, 3])
    parameters["features.3.bias"] = Tensor(
      [Float](repeating: -1e3, count: 16), shape: [16])
    let ill = try Network(healthy.architecture, parameters: parameters)
    let probe = try Probe(ill, images: Self.task())
    #expect(
      probe.warnings == [
        "features.0: no gradient arrives", "features.3: 100 % of the filters never fire",
        "features.3: no gradient arrives",
      ])
    #expect(try ill.weightWarnings() == ["features.0: filters of effective rank 1.0"])
    // The second layer has sixteen equal filters: its rank is 1, and gradients are not zero.
    parameters["features.0.weight"] = healthy["features.0.weight"]
    parameters["features.3.weight"] = Tensor(
      (0..<16).flatMap { _ in healthy["features.3.weight"].row(0) }, shape: [16, 12, 3, 3])
    parameters["features.3.bias"] = healthy["features.3.bias"]
    let collapsed = try Network(healthy.architecture, parameters: parameters)
    #expect(
      try Probe(collapsed, images: Self.task()).warnings
        == ["features.3: activations of effective rank 1.0"])
  }
}
