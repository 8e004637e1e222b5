// The control methods: copies, subsets, and covariances that preserve one property of the features.

import Features
import Foundation
import Networks
import Tensors
import Testing

@Suite struct ControlTests {
  static func source(_ name: String, seed: UInt64 = 4) throws -> Network {
    try initialise(
      Architecture(name, outputs: 3, hidden: [6]), method: Initialisers.named("normal"),
      seed: seed)
  }

  static func draw(
    _ method: String, _ name: String, source: Network? = nil, features: FeatureSet? = nil,
    seed: UInt64 = 1, _ change: (inout InitialisationOptions) throws -> Void = { _ in }
  ) throws -> Network {
    var options = InitialisationOptions()
    try change(&options)
    return try initialise(
      Architecture(name, outputs: 3, hidden: [6]), method: Initialisers.named(method),
      options: options, seed: seed, features: features, source: source)
  }

  @Test func copyUsesTheFiltersOfTheSource() throws {
    let source = try Self.source("vgg:6,M,8")
    let copy = try Self.draw("copy", "vgg:6,M,8", source: source) {
      $0.head = try HeadInitialisation("copy")
    }
    for (name, _) in source.architecture.parameters { #expect(copy[name] == source[name]) }
    let scaled = try Self.draw("copy", "vgg:6,M,8", source: source) { $0.scale = .fanIn }
    let weight = scaled["features.3.weight"]
    #expect(abs(weight.squaredNorm / Double(weight.count) * 54 / 2 - 1) < 1e-6)
    #expect(abs(cosine(.nfm(weight), .nfm(source["features.3.weight"])) - 1) < 1e-6)
  }

  @Test func permutedReordersTheFilters() throws {
    let source = try Self.source("vgg:6,M,32")
    let shuffled = try Self.draw("permuted", "vgg:6,M,32", source: source)
    func rows(_ network: Network) -> [[Float]] {
      let weight = network["features.3.weight"]
      return (0..<weight.rows).map { Array(weight.row($0)) }
    }
    #expect(rows(shuffled) != rows(source))
    #expect(Set(rows(shuffled)) == Set(rows(source)))
    let other = try Self.draw("permuted", "vgg:6,M,32", source: source, seed: 2)
    #expect(rows(other) != rows(shuffled))
  }

  /// The rule is that of the authors' weight-selection code: 8 → 4 selects 0, 2, 4, 6, and 8 → 3 selects
  /// round(0, 3.5, 7) = 0, 4, 7. The second convolution between two pools corresponds to the source's second one.
  @Test func selectTakesEvenlySpacedWeights() throws {
    let source = try Self.source("vgg:8,8,M,8")
    let subset = try Self.draw("select", "vgg:4,M,3", source: source)
    let first = subset["features.0.weight"]
    for (k, from) in [0, 2, 4, 6].enumerated() {
      #expect(Array(first.row(k)) == Array(source["features.0.weight"].row(from)))
    }
    let second = subset["features.3.weight"]
    let larger = source["features.5.weight"]
    for (k, from) in [0, 4, 7].enumerated() {
      for (c, channel) in [0, 2, 4, 6].enumerated() {
        let taken = Array(second.row(k))[9 * c..<9 * (c + 1)]
        let given = Array(larger.row(from))[9 * channel..<9 * (channel + 1)]
        #expect(Array(taken) == Array(given))
      }
    }
    let said = InitialiserOptionsTests.message {
      _ = try Self.draw("select", "vgg:9,M", source: source)
    }
    #expect(said == "'features.0' of vgg:8,8,M,8 is smaller than 'features.0'")
  }

  @Test func copiesOfOtherShapesAreRefused() throws {
    let source = try Self.source("vgg:6,M,8")
    let said = InitialiserOptionsTests.message {
      _ = try Self.draw("copy", "vgg:5,M,8", source: source)
    }
    #expect(said.hasPrefix("the source's 'features.0.weight' is [6, 3, 3, 3]"))
    #expect(
      InitialiserOptionsTests.message { _ = try Self.draw("copy", "vgg:6,M,8") }
        == "'copy' needs the source network")
  }

  /// For another number of classes, all layers of the head except the last are copied.
  @Test func layersOfTheHeadAreCopiedIfShapesAgree() throws {
    let source = try Self.source("vgg:6,M")
    var options = InitialisationOptions()
    options.head = try HeadInitialisation("copy")
    let network = try initialise(
      Architecture("vgg:6,M", outputs: 5, hidden: [6]), method: Initialisers.named("zero"),
      options: options, seed: 1, source: source)
    #expect(network["classifier.0.weight"] == source["classifier.0.weight"])
    #expect(network["classifier.3.weight"].shape == [5, 6])
    #expect(throws: FeatureError.self) {
      _ = try initialise(
        Architecture("vgg:6,M", outputs: 3, hidden: [7]), method: Initialisers.named("zero"),
        options: options, seed: 1, source: source)
    }
  }

  /// With 4,096 filters the standard error of an eigenvalue is λ√(2/n) = 2.2 %. The bound is 4.5 standard errors.
  @Test func spectrumPreservesOnlyTheEigenvalues() throws {
    let set = try CovarianceTests.features(rank: 3)
    let factor = try #require(set.layers["features.0"]).factor
    let expected = try factor.spectrum().map { 2 * $0 / factor.trace }
    let network = try Self.draw("spectrum", "vgg:4096,M", features: set)
    let weight = ThinFactor.nfm(network["features.0.weight"])
    let covariance = Matrix(network["features.0.weight"])
    let gram = covariance.transposedTimes(covariance)
    let found = try #require(SymmetricEigen(gram)).values.map { $0 / 4096 }
    for (a, b) in zip(found, expected) { #expect(abs(a / b - 1) < 4.5 * (2.0 / 4096).squareRoot()) }
    #expect(found[3] < 1e-6 * found[0])
    // Directions are random, not those of the features.
    #expect(cosine(weight, factor) < 0.6)
    let again = try Self.draw("spectrum", "vgg:4096,M", features: set, seed: 2)
    #expect(cosine(.nfm(again["features.0.weight"]), weight) < 0.6)
  }

  @Test func spatialIsTheAverageOverChannels() throws {
    let set = try CovarianceTests.features(isotropic: 0.01)
    let sigma = try CovarianceTests.matrix(set)
    var expected = Matrix(zeros: 27, 27)
    for a in 0..<9 {
      for b in 0..<9 {
        let mean = (0..<3).map { sigma[9 * $0 + a, 9 * $0 + b] }.reduce(0, +) / 3
        for c in 0..<3 { expected[9 * c + a, 9 * c + b] = mean * 2 / sigma.trace }
      }
    }
    let samples = try CovarianceTests.draw("spatial", set, InitialisationOptions())
    #expect(CovarianceTests.deviation(samples, from: expected) < 5)
    #expect(
      CovarianceTests.deviation(
        samples, from: CovarianceTests.scaled(sigma, by: 2 / sigma.trace)) > 5)
  }

  /// Filters are √2 times orthonormal. If there are more filters than dimensions, the columns are.
  @Test(arguments: [("vgg:20,M", 20), ("vgg:27,M", 27), ("vgg:64,M", 27)])
  func orthogonalFiltersAreOrthogonal(_ name: String, rank: Int) throws {
    let w = Matrix(try Self.draw("orthogonal", name)["features.0.weight"])
    let gram = w.rows <= w.columns ? w.timesTransposed(w) : w.transposedTimes(w)
    #expect(relativeError(gram, Matrix(diagonal: [Double](repeating: 2, count: rank))) < 1e-6)
  }
}
