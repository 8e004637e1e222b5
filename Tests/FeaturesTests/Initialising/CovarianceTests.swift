// Filters drawn from features: the full covariance of a small layer, at every scale.

import Features
import Foundation
import Networks
import Tensors
import Testing

@Suite struct CovarianceTests {
  /// A network with one convolution of K filters on the 27-dimensional patches of an image.
  static func architecture(filters: Int) throws -> Architecture {
    try Architecture("vgg:\(filters),M", outputs: 2, hidden: [], pooled: 1)
  }

  /// Features with a factor F [r, 27], from a source of `rank` filters.
  static func features(
    _ kind: FeatureSet.Kind = .nfm, rank: Int = 5, isotropic: Double = 0
  ) throws -> FeatureSet {
    var stream = RandomStream(seed: 5, .selection)
    let factor = Matrix(
      stream.normals(rank * 27).map { Double($0) * 0.3 }, rows: rank, columns: 27)
    return try FeatureSet(
      kind: kind, architecture: architecture(filters: rank), preparation: .init(),
      layers: ["features.0": LayerFeatures(ThinFactor(factor), isotropic: isotropic)], power: 1)
  }

  /// The dense matrix FᵀF + ρI.
  static func matrix(_ set: FeatureSet) throws -> Matrix {
    let layer = try #require(set.layers["features.0"])
    var dense = layer.factor.factor.transposedTimes(layer.factor.factor)
    for i in 0..<dense.rows { dense[i, i] += layer.isotropic }
    return dense
  }

  /// The filters of two networks with 4,096 filters of 27 weights each: 221,184 weights.
  static func draw(
    _ method: String, _ set: FeatureSet, _ options: InitialisationOptions
  ) throws -> Matrix {
    let values = try [17, 18].flatMap { seed in
      try initialise(
        architecture(filters: 4096), method: Initialisers.named(method), options: options,
        seed: seed, features: set)["features.0.weight"].values
    }
    return Matrix(Tensor(values, shape: [8192, 27]))
  }

  /// The largest entry of |sample covariance − Σ| in standard errors, where Var(s_ij) = (Σ_ii·Σ_jj + Σ_ij²)/n. With 378
  /// entries and the right Σ it exceeds 5 with a probability of 1/5,000.
  static func deviation(_ samples: Matrix, from sigma: Matrix) -> Double {
    let n = Double(samples.rows)
    let sample = samples.transposedTimes(samples)
    var largest = 0.0
    for i in 0..<sigma.rows {
      for j in i..<sigma.rows {
        let error = ((sigma[i, i] * sigma[j, j] + sigma[i, j] * sigma[i, j]) / n).squareRoot()
        largest = max(largest, abs(sample[i, j] / n - sigma[i, j]) / error)
      }
    }
    return largest
  }

  static func scaled(_ matrix: Matrix, by s: Double) -> Matrix {
    Matrix(matrix.values.map { $0 * s }, rows: matrix.rows, columns: matrix.columns)
  }

  @Test(arguments: [
    ("nfm", Convention.exact, 1.0), ("nfm", .paper, 1), ("kaiming-nfm", .exact, 2),
  ])
  func covarianceIsThatOfTheFeaturesAtUnitTrace(
    _ method: String, convention: Convention, trace: Double
  ) throws {
    let set = try Self.features(isotropic: 0.02)
    let samples = try Self.draw(method, set, InitialisationOptions(convention: convention))
    let sigma = try Self.matrix(set)
    let expected = Self.scaled(sigma, by: trace / sigma.trace)
    #expect(Self.deviation(samples, from: expected) < 5)
    // Deviations that are 5 % too large are detected, and so is a missing isotropic share.
    #expect(Self.deviation(samples, from: Self.scaled(expected, by: 1.05 * 1.05)) > 5)
    let bare = try Self.matrix(Self.features())
    #expect(Self.deviation(samples, from: Self.scaled(bare, by: trace / bare.trace)) > 5)
    // The relative standard error of the mean variance of a weight is √(2·tr Σ²)/(tr Σ·√n).
    let error = (2 * expected.squaredNorm / Double(samples.rows)).squareRoot()
    #expect(abs(samples.squaredNorm / Double(samples.rows) - trace) < 4.5 * error)
  }

  @Test func paperMultipliesTheCovarianceByHeDeviation() throws {
    let paper = InitialisationOptions(convention: .paper)
    for (kind, divisor) in [(FeatureSet.Kind.nfm, 1.0), (.agop, 100)] {
      let set = try Self.features(kind, isotropic: 1e-6)
      let samples = try Self.draw("kaiming-\(kind.rawValue)", set, paper)
      let c = (2.0 / 27).squareRoot() / divisor
      let expected = Self.scaled(try Self.matrix(set), by: c)
      #expect(Self.deviation(samples, from: expected) < 5)
      #expect(Self.deviation(samples, from: Self.scaled(expected, by: 1.1)) > 5)
    }
  }

  @Test func shrinkageMixesInTheIdentity() throws {
    let set = try Self.features()
    var options = InitialisationOptions()
    options.shrink = 0.4
    let samples = try Self.draw("kaiming-nfm", set, options)
    let sigma = try Self.matrix(set)
    var expected = Self.scaled(sigma, by: 2 * 0.6 / sigma.trace)
    for i in 0..<27 { expected[i, i] += 2 * 0.4 / 27 }
    #expect(Self.deviation(samples, from: expected) < 5)
    #expect(Self.deviation(samples, from: Self.scaled(sigma, by: 2 / sigma.trace)) > 5)
  }

  @Test func sourceScaleIsTheMeanSquareOfTheSource() throws {
    let set = try Self.features()
    var options = InitialisationOptions()
    options.scale = .source
    let samples = try Self.draw("nfm", set, options)
    // Σ = WᵀW/5 of 5 filters has their mean square.
    let expected = Self.scaled(try Self.matrix(set), by: 1.0 / 5)
    #expect(Self.deviation(samples, from: expected) < 5)
    let agop = try Self.features(.agop)
    #expect(throws: FeatureError.self) { _ = try Self.draw("agop", agop, options) }
  }

  /// Features with F multiplied by 2ⁿ. With n = 127 squares are about 10⁷⁶, and their inverse square root is below the
  /// smallest normal number of single precision.
  static func features(_ kind: FeatureSet.Kind, timesTwoTo exponent: Int) throws -> FeatureSet {
    let set = try features(kind)
    let factor = try #require(set.layers["features.0"]).factor.factor
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    return try FeatureSet(
      kind: kind, architecture: set.architecture, preparation: .init(),
      layers: ["features.0": LayerFeatures(ThinFactor(scaled(factor, by: unit)))], power: 1)
  }

  @Test(arguments: ["nfm", "kaiming-nfm", "spectrum", "spatial"], [-124, -60, 60, 126])
  func scaleOfFeaturesDoesNotChangeFilters(_ method: String, exponent: Int) throws {
    let plain = try Self.features(.nfm)
    let sized = try Self.features(.nfm, timesTwoTo: exponent)
    let draw = { set in
      try initialise(
        Self.architecture(filters: 8), method: Initialisers.named(method), seed: 1, features: set)[
          "features.0.weight"
        ].values
    }
    let (expected, found) = (try draw(plain), try draw(sized))
    #expect(expected.allSatisfy { $0.isNormal })
    let isNear = zip(expected, found).allSatisfy { abs($0 - $1) <= 1e-5 * abs($0) }
    // LAPACK's eigenvectors may differ by rounding, the factor does not.
    #expect(method.hasSuffix("nfm") ? expected == found : isNear)
  }

  @Test(arguments: [-149, 130])
  func featuresOutsideSinglePrecisionAreRefused(exponent: Int) throws {
    #expect(throws: FeatureError.self) { try Self.features(.nfm, timesTwoTo: exponent) }
  }

  @Test func factorWithTooManyRowsIsRefused() throws {
    // The factor takes 240 kB in a file, its Gram matrix would take 29 GB.
    let factor = ThinFactor(Matrix(zeros: 60_000, 1))
    let error = #expect(throws: FeatureError.self) { try factor.spectrum() }
    #expect(try #require(error).description.contains("a factor of 60000 rows"))
    #expect(throws: FeatureError.self) { try factor.power(0.5) }
  }

  @Test func filtersOutsideSinglePrecisionAreRefused() throws {
    // The authors' kaiming-agop multiplies Σ, here about 2⁻²⁵⁰, by 0.27/100 and takes the square root.
    let paper = InitialisationOptions(convention: .paper)
    #expect(throws: FeatureError.self) {
      _ = try initialise(
        Self.architecture(filters: 8), method: Initialisers.named("kaiming-agop"), options: paper,
        seed: 1, features: Self.features(.agop, timesTwoTo: -125))
    }
  }

  @Test func filtersLieInTheRowSpaceOfTheSource() throws {
    let set = try Self.features()
    let samples = try Self.draw("nfm", set, InitialisationOptions())
    let eigen = try #require(SymmetricEigen(samples.transposedTimes(samples)))
    #expect(eigen.values[4] > 1e-3 * eigen.values[0])
    #expect(eigen.values[5] < 1e-9 * eigen.values[0])
  }
}
