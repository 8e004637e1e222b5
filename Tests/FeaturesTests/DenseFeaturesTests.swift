/// Matrices as the authors stored them: text, and not always covariances.

import Features
import Tensors
import Testing

@Suite struct DenseFeaturesTests {
  static func parse(_ text: String, piece: Int = 3) throws -> Matrix {
    try parseBoth(text, piece: piece).matrix
  }

  static func parseBoth(
    _ text: String, piece: Int = 3
  ) throws -> (matrix: Matrix, asymmetry: SquareMatrixParser.Asymmetry) {
    var parser = SquareMatrixParser(name: "layer_0.csv")
    let bytes = Array(text.utf8)
    for first in stride(from: 0, to: bytes.count, by: piece) {
      try parser.consume(bytes[first..<min(first + piece, bytes.count)])
    }
    return try parser.finish()
  }

  @Test func numbersInPieces() throws {
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
  func textThatIsNoMatrix(_ text: String, said: String) {
    #expect(InitialiserOptionsTests.message { _ = try Self.parse(text) } == "layer_0.csv: " + said)
  }

  /// The authors' float32 roots differ across the diagonal by up to 3.5e-3 of the largest entry. Their
  /// code reads the lower triangle.
  @Test func theLowerTriangleCountsAndTheAsymmetryIsReported() throws {
    let (matrix, asymmetry) = try Self.parseBoth("2,0.503\n0.5,1\n")
    #expect(matrix == Matrix([2, 0.5, 0.5, 1], rows: 2, columns: 2))
    #expect(abs(asymmetry.share - 0.0015) < 1e-12)
    #expect(
      asymmetry.summary
        == "asymmetric by 0.0015 of the largest entry; the lower triangle is used, as the authors' code "
        + "does")
    #expect(try Self.parseBoth("2,0.5\n0.5,1\n").asymmetry.summary == nil)
  }

  static func gram() -> Matrix {
    var stream = RandomStream(seed: 12, .initialisation)
    let w = Matrix(stream.normals(6 * 27).map { Double($0) + 0.5 }, rows: 6, columns: 27)
    return w.transposedTimes(w)
  }

  /// FᵀF + ρI
  static func dense(_ features: LayerFeatures) -> Matrix {
    let f = features.factor.factor
    var dense = f.transposedTimes(f)
    for i in 0..<dense.rows { dense[i, i] += features.isotropic }
    return dense
  }

  @Test func gramMatricesStayThin() throws {
    let found = try DenseFeatures(Self.gram())
    #expect(found.isSemiDefinite && found.features.factor.rank == 6)
    #expect(found.shift < 2e-6 && found.isotropicShare < 1e-5)
    #expect(relativeError(Self.dense(found.features), Self.gram()) < 1e-6)
    #expect(found.summary.hasPrefix("positive semi-definite, effective rank"))
  }

  /// The mean entry taken from all entries, which explains the authors' λ = −0.427: the shift has the
  /// authors' size, and FᵀF + ρI is the shifted matrix exactly.
  @Test func matricesLessTheirMeanAreNoCovariances() throws {
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

  /// Of diag(4, 1, −1): `none` keeps 4 and 1, a share s adds ρ with 3ρ = s·(4 + 1 + 3ρ).
  @Test func shiftsOfHandSizedMatrices() throws {
    let matrix = Matrix(diagonal: [4, 1, -1])
    let none = try DenseFeatures(matrix, shift: .none)
    #expect(none.shift == 0)
    #expect(
      relativeError(Self.dense(none.features), Matrix(diagonal: [4, 1, 0])) < 1e-12)
    let share = try DenseFeatures(matrix, shift: .share(0.25))
    #expect(abs(share.shift - 5.0 / 9) < 1e-6)
    #expect(
      relativeError(
        Self.dense(share.features), Matrix(diagonal: [4 + 5.0 / 9, 1 + 5.0 / 9, 5.0 / 9])) < 1e-6)
    let paper = try DenseFeatures(matrix, shift: .paper)
    #expect(abs(paper.shift - (1 + 1e-6)) < 1e-12)
    #expect(
      relativeError(Self.dense(paper.features), Matrix(diagonal: [5 + 1e-6, 2 + 1e-6, 1e-6]))
        < 1e-12)
    #expect(SpectrumShift("0.05") == .share(0.05) && SpectrumShift("0") == SpectrumShift.none)
    #expect(SpectrumShift("1") == nil && SpectrumShift("-0.1") == nil && SpectrumShift("x") == nil)
  }

  @Test func whatCanBeNoCovarianceIsRefused() {
    #expect(throws: FeatureError.self) { _ = try DenseFeatures(Matrix(zeros: 3, 3)) }
    #expect(throws: FeatureError.self) { _ = try DenseFeatures(Matrix(diagonal: [1, -2])) }
    #expect(throws: FeatureError.self) { _ = try DenseFeatures(Matrix(diagonal: [1, .nan])) }
  }
}
