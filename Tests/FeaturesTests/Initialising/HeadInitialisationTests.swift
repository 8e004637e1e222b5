// The distributions of fully connected layers drawn by the initialisers, checked as for convolutions.

import Features
import Foundation
import Networks
import Tensors
import Testing

@Suite struct HeadInitialisationTests {
  static func draw(
    _ head: String, _ architecture: Architecture, seed: UInt64 = 1, method: String = "zero",
    convention: Convention = .exact, features: FeatureSet? = nil, source: Network? = nil,
    images: TaskImages? = nil
  ) throws -> Network {
    var options = InitialisationOptions(convention: convention)
    options.head = try HeadInitialisation(head)
    return try initialise(
      architecture, method: Initialisers.named(method), options: options, seed: seed,
      features: features, source: source, images: images)
  }

  // MARK: Distributions

  /// The second layer has 400·520 = 208,000 weights.
  static let expectations: [DistributionTests.Expectation] = {
    let (fanIn, fanOut) = (520.0, 400.0)
    return [
      .init(name: "torchvision", variance: 1e-4, kurtosis: 3),
      .init(name: "kaiming", variance: 2 / fanIn, kurtosis: 3),
      .init(name: "kaiming-normal", variance: 2 / fanIn, kurtosis: 3),
      .init(name: "kaiming-uniform", variance: 2 / fanIn, kurtosis: 1.8),
      .init(name: "normal", variance: 0.0025, kurtosis: 3),
      .init(name: "uniform", variance: 0.025 * 0.025 / 3, kurtosis: 1.8),
      .init(name: "xavier-normal", variance: 4 / (fanIn + fanOut), kurtosis: 3),
      .init(name: "default", variance: 2 / fanOut, kurtosis: 3),
      .init(name: "torch", variance: 1 / (3 * fanIn), kurtosis: 1.8),
    ]
  }()

  @Test(arguments: expectations)
  func momentsAreTheDocumentedOnes(_ expected: DistributionTests.Expectation) throws {
    let architecture = try Architecture("vgg:4,M", outputs: 400, hidden: [520], pooled: 1)
    let network = try Self.draw(expected.name, architecture, seed: 3)
    let moments = Moments(network["classifier.3.weight"].values)
    #expect(moments.agree(variance: expected.variance, kurtosis: expected.kurtosis))
    // A deviation that is 1 % too large, which makes the variance 2 % too large, is detected.
    #expect(!moments.agree(variance: 1.02 * expected.variance, kurtosis: expected.kurtosis))
    #expect(network["classifier.0.bias"].squaredNorm == 0)
    #expect(network["classifier.3.bias"].squaredNorm == 0)
  }

  @Test func zeroAndOrthogonalHeadsAreExact() throws {
    let architecture = try Architecture("vgg:12,M", outputs: 5, hidden: [20], pooled: 1)
    let zero = try Self.draw("zero", architecture, method: "normal")
    #expect(zero["classifier.0.weight"].squaredNorm == 0)
    #expect(zero["features.0.weight"].squaredNorm > 0)
    let network = try Self.draw("orthogonal", architecture)
    for map in architecture.head {
      let w = Matrix(network[map.weight])
      let gram = w.rows <= w.columns ? w.timesTransposed(w) : w.transposedTimes(w)
      #expect(relativeError(gram, Matrix(diagonal: .init(repeating: 2, count: gram.rows))) < 1e-6)
    }
  }

  /// The method of the head changes neither the distribution nor the values of the convolutions, and the reverse.
  @Test func headAndConvolutionsAreDrawnIndependently() throws {
    let architecture = try Architecture("vgg:6,M", outputs: 3, hidden: [5], pooled: 1)
    let (a, b) = (
      try Self.draw("torch", architecture, method: "normal"),
      try Self.draw("kaiming", architecture, method: "normal")
    )
    #expect(a["features.0.weight"] == b["features.0.weight"])
    let c = try Self.draw("torch", architecture, method: "uniform")
    #expect(a["classifier.0.weight"] == c["classifier.0.weight"])
    #expect(a["classifier.0.weight"] != b["classifier.0.weight"])
    #expect(try HeadInitialisation("kaiming-normal") == .kaiming)
    let said = InitialiserOptionsTests.message { _ = try HeadInitialisation("kaimng") }
    #expect(said == "no initialiser 'kaimng'")
  }

  // MARK: Covariances

  /// A network whose head has a layer with 27 inputs and 8,192 outputs: as many rows as `CovarianceTests` has filters.
  static func wide() throws -> Architecture {
    try Architecture("vgg:27,M", outputs: 8192, hidden: [], pooled: 1)
  }

  /// The matrix Σ of `CovarianceTests` as features of a fully connected layer.
  static func features(
    _ kind: FeatureSet.Kind = .nfm, isotropic: Double = 0.02
  ) throws -> (set: FeatureSet, sigma: Matrix) {
    let body = try CovarianceTests.features(kind, isotropic: isotropic)
    let set = try FeatureSet(
      kind: kind, architecture: wide(), preparation: .init(),
      layers: ["classifier.0": #require(body.layers["features.0"])], power: 1)
    return (set, try CovarianceTests.matrix(body))
  }

  static func samples(
    _ head: String, _ set: FeatureSet, _ convention: Convention = .exact
  ) throws -> Matrix {
    try Matrix(
      draw(head, wide(), seed: 17, convention: convention, features: set)["classifier.0.weight"])
  }

  @Test(arguments: [
    ("nfm", FeatureSet.Kind.nfm, Convention.exact, 1.0), ("nfm", .nfm, .paper, 1),
    ("agop", .agop, .exact, 1), ("kaiming-nfm", .nfm, .exact, 2),
    ("kaiming-agop", .agop, .exact, 2),
  ])
  func rowsHaveTheCovarianceOfTheFeatures(
    _ head: String, kind: FeatureSet.Kind, convention: Convention, trace: Double
  ) throws {
    let (set, sigma) = try Self.features(kind)
    let samples = try Self.samples(head, set, convention)
    let expected = CovarianceTests.scaled(sigma, by: trace / sigma.trace)
    #expect(CovarianceTests.deviation(samples, from: expected) < 5)
    let larger = CovarianceTests.scaled(expected, by: 1.05 * 1.05)
    #expect(CovarianceTests.deviation(samples, from: larger) > 5)
    let bare = try CovarianceTests.matrix(CovarianceTests.features())
    let wrong = CovarianceTests.scaled(bare, by: trace / bare.trace)
    #expect(CovarianceTests.deviation(samples, from: wrong) > 5)
  }

  @Test(arguments: [FeatureSet.Kind.nfm, .agop])
  func paperMultipliesTheCovarianceByHeDeviation(_ kind: FeatureSet.Kind) throws {
    let (set, sigma) = try Self.features(kind, isotropic: 1e-6)
    let samples = try Self.samples("kaiming-\(kind.rawValue)", set, .paper)
    let c = (2.0 / 27).squareRoot() / (kind == .agop ? 100 : 1)
    let expected = CovarianceTests.scaled(sigma, by: c)
    #expect(CovarianceTests.deviation(samples, from: expected) < 5)
    #expect(CovarianceTests.deviation(samples, from: CovarianceTests.scaled(expected, by: 1.1)) > 5)
  }

  /// With 8,192 rows the standard error of an eigenvalue is λ√(2/n) = 1.6 %. The bound is 4.5 standard errors.
  @Test func spectrumPreservesOnlyTheEigenvalues() throws {
    let (set, sigma) = try Self.features(isotropic: 0)
    let samples = try Self.samples("spectrum", set)
    let found = try #require(SymmetricEigen(samples.transposedTimes(samples))).values
    let expected = try #require(SymmetricEigen(sigma)).values.map { 2 * $0 / sigma.trace }
    for i in 0..<5 {
      #expect(abs(found[i] / 8192 / expected[i] - 1) < 4.5 * (2.0 / 8192).squareRoot())
    }
    #expect(found[5] < 1e-6 * found[0])
    let own = CovarianceTests.scaled(sigma, by: 2 / sigma.trace)
    #expect(CovarianceTests.deviation(samples, from: own) > 5)
  }

  /// Drawing the head requires features of the head, and drawing convolutions requires features of convolutions.
  @Test func featuresOfTheDrawnLayersAreRequired() throws {
    let (set, _) = try Self.features()
    let said = InitialiserOptionsTests.message {
      _ = try Self.draw("kaiming", Self.wide(), method: "nfm", features: set)
    }
    #expect(said.hasPrefix("no features of features.0; --layers of"))
    let body = try CovarianceTests.features()
    let other = InitialiserOptionsTests.message {
      _ = try Self.draw(
        "nfm", Architecture("vgg:5,M", outputs: 3, hidden: [4], pooled: 1), method: "nfm",
        features: body)
    }
    #expect(other.hasPrefix("no features of classifier.0, classifier.3; --layers of"))
    let narrow = InitialiserOptionsTests.message {
      _ = try Self.draw(
        "nfm", Architecture("vgg:28,M", outputs: 3, hidden: [], pooled: 1), features: set)
    }
    #expect(
      narrow == "features of 'classifier.0' are of inputs of 27 values, this network's have 28")
    let wrong = InitialiserOptionsTests.message {
      _ = try Self.draw("agop", Self.wide(), features: set)
    }
    #expect(wrong == "'agop' needs features of kind agop, not nfm")
    let spatial = InitialiserOptionsTests.message {
      _ = try Self.draw("spatial", Self.wide(), features: set)
    }
    #expect(spatial == "'spatial' is of patches, and 'classifier.0' sees none")
  }

  // MARK: Images

  @Test(arguments: ["kaiming-normal", "lsuv"])
  func lsuvGivesEveryLayerOfTheHeadUnitDeviation(_ method: String) throws {
    let architecture = try Architecture("vgg:12,M,16,M", outputs: 5, hidden: [9, 7], pooled: 1)
    let network = try Self.draw(
      "lsuv", architecture, method: method, images: ImageInitialiserTests.task())
    let naive = NaiveNetwork(network: network, side: ImageInitialiserTests.side)
    let maps = try ImageInitialiserTests.maps()
    for index in 0..<3 {
      let z = maps.flatMap {
        naive.preactivations(ofHead: index, naive.input(ofHead: index, image: $0))
      }
      #expect(abs(ImageInitialiserTests.deviation(z) - 1) < 1e-5, "layer \(index)")
    }
    // The convolutions do not depend on the method of the head.
    let plain = try Self.draw(
      "kaiming", architecture, method: method, images: ImageInitialiserTests.task())
    #expect(network["features.3.weight"] == plain["features.3.weight"])
  }

  /// 16 images give 16 inputs, all of which are used, so Σ is known exactly.
  @Test func patchesHaveTheCovarianceOfTheInputs() throws {
    let architecture = try Self.wide()
    let task = try ImageInitialiserTests.task()
    let network = try Self.draw("patches", architecture, method: "torch", images: task)
    let naive = NaiveNetwork(network: network, side: ImageInitialiserTests.side)
    let inputs = try ImageInitialiserTests.maps().map { naive.input(ofHead: 0, image: $0) }
    let mean = (0..<27).map { i in inputs.reduce(0) { $0 + $1[i] } / 16 }
    let rows = Matrix(
      inputs.flatMap { row in zip(row, mean).map { $0 - $1 } }, rows: 16, columns: 27)
    let sigma = rows.transposedTimes(rows)
    let samples = Matrix(network["classifier.0.weight"])
    let expected = CovarianceTests.scaled(sigma, by: 2 / sigma.trace)
    #expect(CovarianceTests.deviation(samples, from: expected) < 5)
    #expect(CovarianceTests.deviation(samples, from: CovarianceTests.scaled(expected, by: 1.1)) > 5)
    let said = InitialiserOptionsTests.message { _ = try Self.draw("patches", architecture) }
    #expect(said == "'patches' needs images")
  }

  // MARK: Copies

  /// A source whose biases are not zero.
  static func source(_ architecture: Architecture) throws -> Network {
    var stream = RandomStream(seed: 12, .initialisation)
    return try Network(
      architecture,
      parameters: Dictionary(
        uniqueKeysWithValues: architecture.parameters.map { name, shape in
          (name, Tensor(stream.normals(shape.reduce(1, *)), shape: shape))
        }))
  }

  @Test func copiesUseTheRowsOfTheSource() throws {
    let architecture = try Architecture("vgg:6,M", outputs: 3, hidden: [8], pooled: 1)
    let source = try Self.source(architecture)
    let copy = try Self.draw("copy", architecture, source: source)
    for map in architecture.head {
      #expect(copy[map.weight] == source[map.weight] && copy[map.bias] == source[map.bias])
    }
    let permuted = try Self.draw("permuted", architecture, source: source)
    func rows(_ network: Network) -> [[Float]] {
      (0..<8).map { Array(network["classifier.0.weight"].row($0)) }
    }
    #expect(rows(permuted) != rows(source) && Set(rows(permuted)) == Set(rows(source)))
    #expect(permuted["classifier.0.bias"].squaredNorm == 0)
    // An orthogonal matrix changes the rows, and WᵀW is the source's.
    let rotated = try Self.draw("rotated", architecture, source: source)
    let (own, theirs) = (
      Matrix(rotated["classifier.0.weight"]), Matrix(source["classifier.0.weight"])
    )
    #expect(relativeError(own, theirs) > 0.1)
    #expect(relativeError(own.transposedTimes(own), theirs.transposedTimes(theirs)) < 1e-5)
  }

  /// The source's last layer cannot be used for another number of classes.
  @Test(arguments: ["copy", "permuted", "rotated", "select"])
  func lastLayerIsDrawnForAnotherNumberOfClasses(_ head: String) throws {
    let source = try Self.source(Architecture("vgg:6,M", outputs: 3, hidden: [8], pooled: 1))
    let architecture = try Architecture("vgg:6,M", outputs: 5, hidden: [8], pooled: 1)
    let network = try Self.draw(head, architecture, source: source)
    let plain = try Self.draw("kaiming", architecture)
    #expect(network["classifier.3.weight"] == plain["classifier.3.weight"])
    #expect(network["classifier.0.weight"] != plain["classifier.0.weight"])
    let said = InitialiserOptionsTests.message {
      _ = try Self.draw(
        "copy", Architecture("vgg:6,M", outputs: 3, hidden: [7], pooled: 1), source: source)
    }
    #expect(
      said == "the source's 'classifier.0.weight' is [8, 6], this network needs [7, 6]")
  }

  /// Channels of the last map, with all their positions, and units are selected: 8 → 4 selects 0, 2, 4, 6, and 6 → 3
  /// selects 0, 2, 4. All classes are selected.
  @Test func selectTakesEvenlySpacedUnits() throws {
    let source = try Self.source(Architecture("vgg:8,M", outputs: 3, hidden: [6], pooled: 2))
    let smaller = try Architecture("vgg:4,M", outputs: 3, hidden: [3], pooled: 2)
    let network = try Self.draw("select", smaller, method: "select", source: source)
    let (first, larger) = (network["classifier.0.weight"], source["classifier.0.weight"])
    for (k, row) in [0, 2, 4].enumerated() {
      let expected = [0, 2, 4, 6].flatMap { channel in
        Array(Array(larger.row(row))[4 * channel..<4 * channel + 4])
      }
      #expect(Array(first.row(k)) == expected)
    }
    for k in 0..<3 {
      let row = Array(source["classifier.3.weight"].row(k))
      #expect(Array(network["classifier.3.weight"].row(k)) == [row[0], row[2], row[4]])
    }
    for other in [
      try Architecture("vgg:4,M", outputs: 3, hidden: [3], pooled: 1),
      try Architecture("vgg:4,M", outputs: 3, hidden: [3, 3], pooled: 2),
    ] {
      let said = InitialiserOptionsTests.message {
        _ = try Self.draw("select", other, source: source)
      }
      #expect(said == "'select' takes a head from one with as many layers and as large a pool")
    }
  }
}
