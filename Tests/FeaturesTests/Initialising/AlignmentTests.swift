// Draws that are aligned with the new network's channels, compared with a naive network and Gaussian elimination.

import Features
import Foundation
import Networks
import Tensors
import Testing

@Suite struct AlignmentTests {
  /// A source network. Unless stated, its images were normalised differently from the new network's.
  static func source(
    _ name: String, seed: UInt64 = 4, std: [Double] = [0.5, 0.1, 0.3]
  ) throws -> Network {
    var network = try initialise(
      Architecture(name, outputs: 3, hidden: []), method: Initialisers.named("kaiming-normal"),
      seed: seed)
    network.preparation = Network.Preparation(
      side: ImageInitialiserTests.side, mean: ImageInitialiserTests.preparation.mean, std: std)
    return network
  }

  static func nfm(_ network: Network) throws -> FeatureSet {
    let layers = network.architecture.body.map {
      ($0.name, LayerFeatures(.nfm(network[$0.weight])))
    }
    return try FeatureSet(
      kind: .nfm, architecture: network.architecture, preparation: network.preparation,
      layers: Dictionary(uniqueKeysWithValues: layers), power: 1)
  }

  static func draw(
    _ method: String, _ name: String, with source: Network, ridge: Double = 1e-3,
    cutoff: Double = 0, threads: Int = 2, features: FeatureSet? = nil,
    _ change: (inout InitialisationOptions) throws -> Void = { _ in }
  ) throws -> (network: Network, explained: [Double]) {
    var options = InitialisationOptions()
    try change(&options)
    var explained: [Double] = []
    let network = try initialise(
      Architecture(name, outputs: 3, hidden: []), method: Initialisers.named(method),
      options: options, seed: 1, features: features,
      images: ImageInitialiserTests.task(threads: threads),
      alignment: Alignment(source: source, ridge: ridge, cutoff: cutoff)
    ) { explained.append($1) }
    return (network, explained)
  }

  /// The input of convolution `layer` for images normalised by `std`: rows [images · positions][C].
  static func channels(_ network: Network, of layer: Int, std: [Double]) throws -> [[Double]] {
    let naive = NaiveNetwork(network: network, side: ImageInitialiserTests.side)
    return try ImageInitialiserTests.maps().flatMap { image in
      // The means are equal, so a different standard deviation is a factor.
      let scaled = zip(image, zip(ImageInitialiserTests.preparation.std, std)).map { map, pair in
        map.map { $0 * pair.0 / pair.1 }
      }
      let map = naive.input(of: layer, image: scaled)
      return map[0].indices.map { position in map.map { $0[position] } }
    }
  }

  /// The solution (AᵀA + λI)⁻¹AᵀB by elimination, with λ = `ridge` × mean diagonal of AᵀA.
  static func regression(_ a: [[Double]], _ b: [[Double]], ridge: Double) -> [[Double]] {
    let (n, k) = (a[0].count, b[0].count)
    var system = (0..<n).map { i in
      (0..<n).map { j in a.reduce(0) { $0 + $1[i] * $1[j] } }
        + (0..<k).map { j in zip(a, b).reduce(0) { $0 + $1.0[i] * $1.1[j] } }
    }
    let added = ridge * (0..<n).reduce(0) { $0 + system[$1][$1] } / Double(n)
    for i in 0..<n { system[i][i] += added }
    for i in 0..<n {
      let row = system[i].map { $0 / system[i][i] }
      for j in 0..<n {
        system[j] = j == i ? row : zip(system[j], row).map { $0 - system[j][i] * $1 }
      }
    }
    return system.map { Array($0[n...]) }
  }

  static func explained(_ a: [[Double]], _ m: [[Double]], _ b: [[Double]]) -> Double {
    var (residual, variation) = (0.0, 0.0)
    for j in b[0].indices {
      let mean = b.reduce(0) { $0 + $1[j] } / Double(b.count)
      for (x, y) in zip(a, b) {
        let guess = x.indices.reduce(0) { $0 + x[$1] * m[$1][j] }
        residual += (y[j] - guess) * (y[j] - guess)
        variation += (y[j] - mean) * (y[j] - mean)
      }
    }
    return 1 - residual / variation
  }

  /// The source is deeper and wider. The filters of the second layer are M·w, with M computed by elimination. The partner
  /// of that layer is the source's second convolution before the second pool.
  @Test(arguments: [1e-3, 0.3]) func filtersAreMappedByLeastSquares(ridge: Double) throws {
    let source = try Self.source("vgg:8,M,6,7,M,5,M")
    let (drawn, shares) = try Self.draw("copy", "vgg:4,M,5,M", with: source, ridge: ridge)
    let std = ImageInitialiserTests.preparation.std
    let first = drawn["features.0.weight"]
    for (k, from) in [0, 2, 4, 6].enumerated() {
      for (i, value) in source["features.0.weight"].row(from).enumerated() {
        let factor = std[i / 9] / source.preparation.std[i / 9]
        #expect(abs(Double(Array(first.row(k))[i]) - Double(value) * factor) < 1e-5)
      }
    }
    let new = try Self.channels(drawn, of: 1, std: std)
    let old = try Self.channels(source, of: 1, std: source.preparation.std)
    let m = Self.regression(new, old, ridge: ridge)
    let (weight, original) = (drawn["features.3.weight"], source["features.3.weight"])
    // Five of six filters are chosen at even spacing: round(k·5/4).
    for (k, from) in [0, 1, 2, 4, 5].enumerated() {
      for i in 0..<36 {
        let expected = (0..<8).reduce(0.0) {
          $0 + m[i / 9][$1] * Double(Array(original.row(from))[$1 * 9 + i % 9])
        }
        #expect(abs(Double(Array(weight.row(k))[i]) - expected) < 1e-4)
      }
    }
    #expect(shares[0] == 1)
    #expect(abs(shares[1] - Self.explained(new, m, old)) < 1e-5)
    #expect(shares[1] > 0.2 && shares[1] < 0.99)
  }

  /// Each channel of the last map is one of the source's, and each occurs once. Alignment compensates for the permutation.
  @Test func alignedPermutedFiltersComputeTheSourcesFunction() throws {
    let source = try Self.source("vgg:8,M,12,12,M")
    let (drawn, shares) = try Self.draw("permuted", "vgg:8,M,12,12,M", with: source, ridge: 1e-10)
    let new = try Self.channels(drawn, of: 3, std: ImageInitialiserTests.preparation.std)
    let old = try Self.channels(source, of: 3, std: source.preparation.std)
    let size = (old.joined().reduce(0) { $0 + $1 * $1 } / Double(old.count * 12)).squareRoot()
    let partners = (0..<12).map { c in
      (0..<12).first { d in zip(new, old).allSatisfy { abs($0[c] - $1[d]) < 1e-4 * size } }
    }
    #expect(Set(partners.compactMap(\.self)).count == 12)
    #expect(partners != Array(0..<12))
    #expect(shares.allSatisfy { abs($0 - 1) < 1e-6 })
  }

  /// A copy to the same shape with the same preparation is the source itself.
  @Test func alignedCopyWithTheSamePreparationIsTheSource() throws {
    let source = try Self.source(
      "vgg:8,M,12,M", std: ImageInitialiserTests.preparation.std)
    let (drawn, shares) = try Self.draw("copy", "vgg:8,M,12,M", with: source, ridge: 1e-12)
    #expect(drawn["features.0.weight"] == source["features.0.weight"])
    #expect(shares.allSatisfy { abs($0 - 1) < 1e-9 })
    for (a, b) in zip(drawn["features.3.weight"].values, source["features.3.weight"].values) {
      #expect(abs(a - b) < 1e-4)
    }
  }

  /// In the first layer M is known: Σ' = (D ⊗ I)Σ(D ⊗ I), at exactly the requested scale. There are 8,192 filters, and the
  /// bounds are those of `CovarianceTests`.
  @Test func drawsHaveTheMappedCovariance() throws {
    let source = try Self.source("vgg:5,M")
    let features = try Self.nfm(source)
    var factors: [Double] = []
    for c in 0..<3 {
      let factor = ImageInitialiserTests.preparation.std[c] / source.preparation.std[c]
      factors += Array(repeating: factor, count: 9)
    }
    let (drawn, _) = try Self.draw("kaiming-nfm", "vgg:4096,M", with: source, features: features)
    let f = try #require(features.layers["features.0"]).factor.factor
    var sigma = f.transposedTimes(f)
    for i in 0..<27 { for j in 0..<27 { sigma[i, j] *= factors[i] * factors[j] } }
    let expected = CovarianceTests.scaled(sigma, by: 2 / sigma.trace)
    let samples = Matrix(drawn["features.0.weight"])
    #expect(CovarianceTests.deviation(samples, from: expected) < 5)
    #expect(abs(samples.squaredNorm / 4096 - 2) < 1e-5)
    // A covariance without the factors is detected.
    let plain = f.transposedTimes(f)
    #expect(
      CovarianceTests.deviation(samples, from: CovarianceTests.scaled(plain, by: 2 / plain.trace))
        > 5)
  }

  /// Q·W has the NFM of the source for every Q. With more filters than the source has, ‖W‖² stays the same.
  @Test func rotatedFiltersKeepTheirCovariance() throws {
    let source = try Self.source("vgg:8,M", std: ImageInitialiserTests.preparation.std)
    let (same, _) = try Self.draw("rotated", "vgg:8,M", with: source)
    let (more, _) = try Self.draw("rotated", "vgg:11,M", with: source)
    let original = Matrix(source["features.0.weight"])
    let gram = original.transposedTimes(original)
    for network in [same, more] {
      let w = Matrix(network["features.0.weight"])
      #expect(relativeError(w.transposedTimes(w), gram) < 1e-5)
      #expect(network["features.0.weight"] != source["features.0.weight"])
    }
    let (fewer, _) = try Self.draw("rotated", "vgg:3,M", with: source)
    #expect(fewer["features.0.weight"].squaredNorm < original.squaredNorm)
  }

  /// A channel of zeros and a duplicated channel give directions without variance.
  @Test(arguments: [0.0, 1e-6]) func rankDeficientChannelsHaveASolution(cutoff: Double) throws {
    var source = try Self.source("vgg:4,M,5,M")
    var parameters = source.parameters
    var first = try #require(parameters["features.0.weight"]).values
    for i in 0..<27 {
      first[i] = 0
      first[27 + i] = first[54 + i]
    }
    parameters["features.0.weight"] = Tensor(first, shape: [4, 3, 3, 3])
    source = try Network(
      source.architecture, parameters: parameters, preparation: source.preparation)
    // The copy has the same zero channel and duplicated channel.
    let (drawn, shares) = try Self.draw(
      "copy", "vgg:4,M,5,M", with: source, ridge: 0, cutoff: cutoff)
    #expect(abs(shares[1] - 1) < 1e-6)
    let weight = drawn["features.3.weight"]
    #expect(weight.isFinite)
    // The solution of least norm uses both duplicates equally, and does not use the channel of zeros.
    for k in 0..<5 {
      let filter = Array(weight.row(k))
      for t in 0..<9 {
        #expect(abs(filter[t]) < 1e-6)
        #expect(abs(filter[9 + t] - filter[18 + t]) < 1e-4)
      }
    }
  }

  @Test func alignedScalesAreExactOrThoseOfTheSource() throws {
    let source = try Self.source("vgg:8,M,12,M")
    let features = try Self.nfm(source)
    let (fanIn, _) = try Self.draw(
      "kaiming-nfm", "vgg:6,M,9,M", with: source, features: features)
    #expect(abs(fanIn["features.3.weight"].squaredNorm / 9 - 2) < 1e-5)
    let (unit, _) = try Self.draw("nfm", "vgg:6,M,9,M", with: source, features: features)
    #expect(abs(unit["features.3.weight"].squaredNorm / 9 - 1) < 1e-5)
    let (output, _) = try Self.draw(
      "nfm", "vgg:6,M,9,M", with: source, features: features
    ) { $0.scale = .output }
    let z = try ImageInitialiserTests.preactivations(output, layer: 1).joined()
    let mean = z.reduce(0, +) / Double(z.count)
    let deviation =
      (z.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(z.count)).squareRoot()
    #expect(abs(deviation - 1) < 1e-3)
  }

  /// The source's channels, and therefore M, are 10²⁵ times those of the new network. Filters of size 10²⁰ then exceed
  /// single precision, filters of size 1 do not.
  @Test func filtersOutsideSinglePrecisionAreRefused() throws {
    func draw(second: Float) throws -> Network {
      var source = try Self.source("vgg:4,M,5,M")
      var parameters = source.parameters
      for (name, size) in [("features.0.weight", 1e25), ("features.3.weight", second)] {
        let weight = source[name]
        parameters[name] = Tensor(weight.values.map { $0 * size }, shape: weight.shape)
      }
      source = try Network(
        source.architecture, parameters: parameters, preparation: source.preparation)
      return try Self.draw("copy", "vgg:4,M,5,M", with: source) {
        $0.layers = try LayerSelection("2")
      }.network
    }
    #expect(try draw(second: 1)["features.3.weight"].isFinite)
    let said = InitialiserOptionsTests.message { _ = try draw(second: 1e20) }
    #expect(
      said
        == "the filters of 'features.3' leave the range of single precision in the channels of"
        + " 'features.3'; a larger --align-ridge keeps them smaller")
  }

  @Test func threadCountDoesNotChangeBytes() throws {
    let source = try Self.source("vgg:8,M,12,12,M")
    let features = try Self.nfm(source)
    let networks = try [1, 3].map {
      try Self.draw(
        "kaiming-nfm", "vgg:6,M,9,10,M", with: source, threads: $0, features: features
      ).network.parameters
    }
    #expect(networks[0] == networks[1])
  }

  /// Excluded layers need no partner and are drawn by `kaiming-normal`.
  @Test func layersWithoutPartnerAreRefusedUnlessExcluded() throws {
    let source = try Self.source("vgg:8,M,12,M")
    #expect(throws: FeatureError.self) {
      try Self.draw("rotated", "vgg:8,M,12,12,M", with: source)
    }
    let (drawn, shares) = try Self.draw("rotated", "vgg:8,M,12,12,M", with: source) {
      $0.layers = try LayerSelection("1-2")
    }
    #expect(shares.count == 2)
    let plain = try ImageInitialiserTests.draw("kaiming-normal", "vgg:8,M,12,12,M")
    #expect(drawn["features.5.weight"] == plain["features.5.weight"])
  }

  @Test func unsuitableAlignmentsAreRefused() throws {
    let source = try Self.source("vgg:8,M")
    for method in ["kaiming-normal", "patches", "lsuv", "select"] {
      #expect(throws: FeatureError.self) { try Self.draw(method, "vgg:8,M", with: source) }
    }
    let other = try Self.nfm(Self.source("vgg:9,M"))
    #expect(throws: FeatureError.self) {
      try Self.draw("nfm", "vgg:8,M", with: source, features: other)
    }
    #expect(throws: FeatureError.self) {
      try initialise(
        Architecture("vgg:8,M", outputs: 3, hidden: []), method: Initialisers.named("copy"),
        seed: 1, alignment: Alignment(source: source))
    }
    var unknown = source
    unknown.preparation = Network.Preparation()
    #expect(throws: FeatureError.self) { try Alignment(source: unknown) }
    #expect(throws: FeatureError.self) { try Alignment(source: source, ridge: -1) }
    #expect(throws: FeatureError.self) { try Alignment(source: source, cutoff: 1) }
  }
}
