// Feature matrices in the authors' text files, which are not always positive semi-definite.

import Features
import Tensors
import Testing

@Suite struct DenseFeaturesTests {
  static func parse(_ text: String, piece: Int = 3) throws -> Matrix {
    var parser = SquareMatrixParser(name: "layer_0.csv")
    let bytes = Array(text.utf8)
    for first in stride(from: 0, to: bytes.count, by: piece) {
      try parser.consume(bytes[first..<min(first + piece, bytes.count)])
    }
    return try parser.finish().matrix
  }

  @Test func numbersSplitBetweenChunksAreParsed() throws {
    let expected = Matrix([1, -2.5e-3, -2.5e-3, 40], rows: 2, columns: 2)
    for text in [
      "1,-2.5e-3\n-0.0025,4e1\n", "1.0, -0.0025\r\n-2.5E-03,40 \r\n", "1,-.0025\n-.0025,40",
    ] {
      for piece in [1, 2, 100] { #expect(try Self.parse(text, piece: piece) == expected) }
    }
  }

  @Test(arguments: [
    ("1,2\n2\n", "line 2 holds fewer numbers than the first"),
    ("1,2\n2,3,4\n", "line 2 holds more numbers than the first"),
    ("1,2\n2,1\n3,3\n", "line 3 holds more rows than columns"),
    ("1,2,3\n2,1,3\n", "2 rows of 3 numbers are not a square matrix"),
    ("", "0 rows of 0 numbers are not a square matrix"),
    ("1,x\n2,1\n", "line 1 holds what is no finite number"),
    ("1,\n2,1\n", "line 1 holds what is no finite number"),
    ("1,nan\n2,1\n", "line 1 holds what is no finite number"),
    ("1,2\n2,1e999\n", "line 2 holds what is no finite number"),
    ("1,2\n2.1,1\n", "not symmetric: 2.1 in row 2, column 1, but 2.0 opposite"),
  ])
  func textsOfNoMatrixAreRefused(_ text: String, said: String) {
    #expect(InitialiserOptionsTests.message { _ = try Self.parse(text) } == "layer_0.csv: " + said)
  }

  /// The matrix is the one that `torch.linalg.cholesky` and `eigh` use: they read the lower triangle only.
  @Test func onlyTheLowerTriangleIsUsed() throws {
    var parser = SquareMatrixParser(name: "layer_0.csv")
    try parser.consume(Array("4,1.004,0\n1,2,-0.5\n0,-0.49,3\n".utf8))
    let (matrix, asymmetry) = try parser.finish()
    #expect(matrix == Matrix([4, 1, 0, 1, 2, -0.49, 0, -0.49, 3], rows: 3, columns: 3))
    #expect(abs(asymmetry.share - 0.01 / 4) < 1e-12)
    #expect(asymmetry.summary?.hasPrefix("asymmetric by 0.0025 of the largest entry") == true)
    var symmetric = SquareMatrixParser(name: "layer_0.csv")
    try symmetric.consume(Array("4,1\n1,2\n".utf8))
    #expect(try symmetric.finish().asymmetry.summary == nil)
  }

  static func gram() -> Matrix {
    var stream = RandomStream(seed: 12, .initialisation)
    let w = Matrix(stream.normals(6 * 27).map { Double($0) + 0.5 }, rows: 6, columns: 27)
    return w.transposedTimes(w)
  }

  /// The dense matrix FᵀF + ρI.
  static func dense(_ features: LayerFeatures) -> Matrix {
    let f = features.factor.factor
    var dense = f.transposedTimes(f)
    for i in 0..<dense.rows { dense[i, i] += features.isotropic }
    return dense
  }

  @Test func gramMatricesHaveAThinFactor() throws {
    let found = try DenseFeatures(Self.gram())
    #expect(found.isSemiDefinite && found.features.factor.rank == 6)
    #expect(found.shift < 2e-6 && found.isotropicShare < 1e-5)
    #expect(relativeError(Self.dense(found.features), Self.gram()) < 1e-6)
    #expect(found.summary.hasPrefix("positive semi-definite, effective rank"))
  }

  /// Subtracting the mean entry from all entries, which explains the authors' λ = −0.427, gives a negative eigenvalue. The
  /// shift is the authors', and FᵀF + ρI is exactly the shifted matrix.
  @Test func matricesWithoutTheirMeanAreReportedAsIndefinite() throws {
    let gram = Self.gram()
    let mean = gram.values.reduce(0, +) / Double(gram.values.count)
    let matrix = Matrix(gram.values.map { $0 - mean }, rows: 27, columns: 27)
    let eigen = try #require(SymmetricEigen(matrix))
    let smallest = try #require(eigen.values.last)
    #expect(smallest < -1)
    let found = try DenseFeatures(matrix)
    #expect(!found.isSemiDefinite && found.smallest == smallest)
    #expect(found.shift == -smallest + 1e-6)
    var shifted = matrix
    for i in 0..<27 { shifted[i, i] += found.shift }
    #expect(relativeError(Self.dense(found.features), shifted) < 1e-12)
    #expect(abs(found.isotropicShare - found.shift * 27 / shifted.trace) < 1e-12)
    #expect(found.summary.hasPrefix("not positive semi-definite: smallest eigenvalue -"))
  }

  @Test func negativeEigenvaluesCountAsZeroWithoutTheShift() throws {
    // The eigenvalues are 3 with (1, 1) and −1 with (1, −1).
    let matrix = Matrix([1, 2, 2, 1], rows: 2, columns: 2)
    let none = try DenseFeatures(matrix, shift: .none)
    let half = Matrix([1.5, 1.5, 1.5, 1.5], rows: 2, columns: 2)
    #expect(none.shift == 0 && relativeError(Self.dense(none.features), half) < 1e-12)
    #expect(none.summary.hasSuffix("negative eigenvalues count as zero"))
    let quarter = try DenseFeatures(matrix, shift: .share(0.25))
    #expect(abs(quarter.isotropicShare - 0.25) < 1e-12)
    // The trace 3 + 2ρ is 4, so ρ = ½ is a share of 0.25.
    let expected = Matrix([2, 1.5, 1.5, 2], rows: 2, columns: 2)
    #expect(relativeError(Self.dense(quarter.features), expected) < 1e-12)
  }

  @Test(arguments: [
    ("none", SpectrumShift.none), ("paper", .paper), ("0.05", .share(0.05)),
    ("0", SpectrumShift.none),
    ("1", nil), ("-0.1", nil), ("nan", nil), ("some", nil),
  ])
  func shiftsAreParsed(_ text: String, _ shift: SpectrumShift?) {
    #expect(SpectrumShift(text) == shift)
  }

  @Test func matricesUnusableAsCovariancesAreRefused() {
    #expect(throws: FeatureError.self) { _ = try DenseFeatures(Matrix(zeros: 3, 3)) }
    #expect(throws: FeatureError.self) { _ = try DenseFeatures(Matrix(diagonal: [1, -2])) }
    #expect(throws: FeatureError.self) { _ = try DenseFeatures(Matrix(diagonal: [1, .nan])) }
  }
}
