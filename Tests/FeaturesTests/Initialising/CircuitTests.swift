// Draws that preserve the products of two maps of a transformer, compared with the products of the source.

import Features
import Networks
import Tensors
import Testing

struct CircuitTests {
  static let (heads, h) = (3, 4)

  static func source() throws -> Network { try TransformerFeaturesTests.network() }

  static func drawn(
    _ method: String, from source: Network, seed: UInt64 = 1, features: FeatureSet? = nil,
    to architecture: Architecture? = nil,
    _ change: (inout InitialisationOptions) throws -> Void = { _ in }
  ) throws -> Network {
    var options = InitialisationOptions()
    options.head = try HeadInitialisation("copy")
    try change(&options)
    return try initialise(
      architecture ?? source.architecture, method: try Initialisers.named(method),
      options: options, seed: seed, features: features, source: source)
  }

  /// The weight W [K, d] of a map with the gain of its layer normalisation folded in.
  static func folded(_ network: Network, _ name: String) throws -> Matrix {
    let map = try #require(network.architecture.linearMaps.first { $0.name == name })
    return TransformerFeaturesTests.folded(map, network)
  }

  /// The columns of W_O that read the values of one head.
  static func projection(_ network: Network, of head: Int) throws -> Matrix {
    let all = try folded(network, "blocks.1.attn.proj")
    return Matrix(
      (0..<all.rows).flatMap { row in (head * h..<(head + 1) * h).map { all[row, $0] } },
      rows: all.rows, columns: h)
  }

  /// The products W_QᵀW_K and W_O·W_V of each head in the second block, and W₂W₁ of its MLP. If `shift` is not 0, keys and
  /// projection are those of another head.
  static func products(_ network: Network, shift: Int = 0) throws -> [Matrix] {
    try (0..<heads).flatMap { head in
      let other = (head + shift) % heads
      let (q, k) = (
        try folded(network, "blocks.1.attn.q.\(head)"),
        try folded(network, "blocks.1.attn.k.\(other)")
      )
      return [
        q.transposedTimes(k),
        try projection(network, of: other) * folded(network, "blocks.1.attn.v.\(head)"),
      ]
    } + [folded(network, "blocks.1.mlp.fc2") * folded(network, "blocks.1.mlp.fc1")]
  }

  /// The matrices WᵀW of maps of the second block that read tokens, and W·Wᵀ of those that write to tokens.
  static func squares(_ network: Network) throws -> [Matrix] {
    try ["attn.q.1", "attn.k.2", "attn.v.0", "mlp.fc1"].map {
      let w = try folded(network, "blocks.1.\($0)")
      return w.transposedTimes(w)
    }
      + ["attn.proj", "mlp.fc2"].map {
        let w = try folded(network, "blocks.1.\($0)")
        return w.timesTransposed(w)
      }
  }

  /// The means of matrices over 800 draws.
  struct Sample {
    private var sums: [[Double]] = []
    private var squares: [[Double]] = []
    private static let count = 800

    init(_ make: (UInt64) throws -> [Matrix]) rethrows {
      for seed in 1...Self.count {
        let matrices = try make(UInt64(seed))
        if sums.isEmpty {
          sums = matrices.map { [Double](repeating: 0, count: $0.values.count) }
          squares = sums
        }
        for (i, matrix) in matrices.enumerated() {
          for (j, value) in matrix.values.enumerated() {
            sums[i][j] += value
            squares[i][j] += value * value
          }
        }
      }
    }

    /// The number of entries of mean matrix `i` that lie more than five standard errors from the expected value. It is 0 if
    /// the expected value is right, except in about one test in ten thousand.
    func outliers(from expected: Matrix, at i: Int) -> Int {
      let n = Double(Self.count)
      return expected.values.enumerated().count { j, value in
        let mean = sums[i][j] / n
        let error = (max(squares[i][j] / n - mean * mean, 0) / (n - 1)).squareRoot()
        return abs(mean - value) > 5 * error + 1e-6
      }
    }
  }

  static func logits(_ network: Network) throws -> [Double] {
    try NaiveTransformer(network).logits(
      AGOPTests.map(TransformerFeaturesTests.labelledImages(), 1, source()))
  }

  static func difference(_ one: [Double], _ other: [Double]) -> Double {
    let scale = other.map(abs).max() ?? 1
    return (zip(one, other).map { abs($0 - $1) }.max() ?? .infinity) / scale
  }

  /// An orthogonal matrix between queries and keys, or between values and projection, does not change attention, and the
  /// order of its units does not change an MLP. Permuting the rows of separate maps changes the function.
  @Test func gaugeDrawsComputeTheFunctionOfTheSource() throws {
    let source = try Self.source()
    let logits = try Self.logits(source)
    let gauged = try Self.drawn("gauge", from: source)
    #expect(Self.difference(try Self.logits(gauged), logits) < 1e-5)
    let (q, original) = (
      try Self.folded(gauged, "blocks.1.attn.q.0"), try Self.folded(source, "blocks.1.attn.q.0")
    )
    #expect((q * original.transposed).trace < 0.9 * original.squaredNorm)
    #expect(Self.difference(try Self.logits(Self.drawn("permuted", from: source)), logits) > 1e-2)
  }

  @Test func coupledDrawsPreserveProductsInTheMean() throws {
    let source = try Self.source()
    let (products, squares) = (try Self.products(source), try Self.squares(source))
    let sample = try Sample { seed in
      let network = try Self.drawn("coupled-nfm", from: source, seed: seed)
      return try Self.products(network) + Self.squares(network)
    }
    for (i, matrix) in (products + squares).enumerated() {
      #expect(sample.outliers(from: matrix, at: i) == 0, "\(i)")
    }
    // Half the product is detected as wrong.
    for (i, matrix) in products.enumerated() {
      let half = Matrix(
        matrix.values.map { $0 / 2 }, rows: matrix.rows, columns: matrix.columns)
      #expect(sample.outliers(from: half, at: i) > matrix.values.count / 20)
    }
  }

  /// The paper's method draws each map independently, so the mean of the products is zero.
  @Test func separateDrawsDoNotPreserveProducts() throws {
    let source = try Self.source()
    let features = try FeatureSet.nfm(source)
    let sample = try Sample { seed in
      let network = try Self.drawn("nfm", from: source, seed: seed, features: features) {
        $0.head = try HeadInitialisation("timm")
        $0.scale = .source
      }
      return try Self.products(network)
    }
    for (i, matrix) in try Self.products(source).enumerated() {
      let zero = Matrix(zeros: matrix.rows, matrix.columns)
      #expect(sample.outliers(from: zero, at: i) == 0)
      #expect(sample.outliers(from: matrix, at: i) > matrix.values.count / 20)
    }
  }

  @Test func permutedCircuitsPairMapsOfDifferentHeads() throws {
    let source = try Self.source()
    let sample = try Sample { seed in
      let network = try Self.drawn("coupled-permuted", from: source, seed: seed)
      return try Self.products(network) + Self.squares(network).dropLast(2)
    }
    let shifted = try Self.products(source, shift: 1)
    for (i, matrix) in shifted.dropLast().enumerated() {
      #expect(sample.outliers(from: matrix, at: i) == 0, "\(i)")
    }
    let own = try Self.products(source)
    for (i, matrix) in own.enumerated() {
      #expect(sample.outliers(from: matrix, at: i) > 0, "\(i)")
    }
    // Keys are those of the next head, so k.2 is drawn from k.0.
    var squares = try Self.squares(source)
    let key = try Self.folded(source, "blocks.1.attn.k.0")
    squares[1] = key.transposedTimes(key)
    for (i, matrix) in squares.dropLast(2).enumerated() {
      #expect(sample.outliers(from: matrix, at: own.count + i) == 0, "\(i)")
    }
  }

  /// The covariance of the rows of each map that reads tokens is its AGOP, at the scale of the source.
  @Test func coupledAGOPDrawsHaveTheCovarianceOfEachMap() throws {
    let source = try Self.source()
    let survey = try TransformerFeaturesTests.survey(source)
    let features = try FeatureSet.agop(source, moments: survey.whole)
    let names = ["attn.q.1", "attn.k.2", "attn.v.0", "mlp.fc1"].map { "blocks.1.\($0)" }
    let expected = try names.map { name in
      let factor = try #require(features.layers[name]).factor
      let size = try Self.folded(source, name).squaredNorm / factor.trace
      let dense = factor.factor.transposedTimes(factor.factor)
      return Matrix(dense.values.map { $0 * size }, rows: dense.rows, columns: dense.columns)
    }
    let sample = try Sample { seed in
      let network = try Self.drawn("coupled-agop", from: source, seed: seed, features: features)
      return try names.map {
        let w = try Self.folded(network, $0)
        return w.transposedTimes(w)
      }
    }
    for (i, matrix) in expected.enumerated() {
      #expect(sample.outliers(from: matrix, at: i) == 0, "\(names[i])")
    }
  }

  /// The patch embedding, positions and the class token define the basis of the tokens and are copied from the source.
  /// Gains are 1, and all biases of blocks and normalisations are 0.
  @Test func coupledDrawsCopyTheTokenBasis() throws {
    let source = try Self.source()
    let network = try Self.drawn("coupled-nfm", from: source)
    for name in ["patch_embed.proj.weight", "patch_embed.proj.bias", "pos_embed", "cls_token"] {
      #expect(network[name] == source[name], "\(name)")
    }
    for name in ["blocks.0.norm1", "blocks.1.norm2", "norm"] {
      #expect(TransformerInitialiserTests.isConstant(network[name + ".weight"], 1))
      #expect(TransformerInitialiserTests.isConstant(network[name + ".bias"], 0))
    }
    for name in ["blocks.0.attn.qkv.bias", "blocks.1.mlp.fc1.bias", "blocks.0.mlp.fc2.bias"] {
      #expect(TransformerInitialiserTests.isConstant(network[name], 0), "\(name)")
    }
  }

  /// The patch embedding and the positions are copied even if the other maps are drawn from AGOPs.
  @Test func coupledAGOPDrawsCopyTheTokenBasis() throws {
    let source = try Self.source()
    let survey = try TransformerFeaturesTests.survey(source)
    let features = try FeatureSet.agop(source, moments: survey.whole)
    let network = try Self.drawn("coupled-agop", from: source, features: features)
    for name in ["patch_embed.proj.weight", "patch_embed.proj.bias", "pos_embed"] {
      #expect(network[name] == source[name], "\(name)")
    }
  }

  /// The gains of the new network are 1, so the source's gains are included in its weights.
  @Test(arguments: ["rotated", "permuted"])
  func mixedCopiesIncludeTheGains(method: String) throws {
    let source = try Self.source()
    let network = try Self.drawn(method, from: source)
    for name in ["blocks.1.attn.k.2", "blocks.0.mlp.fc1"] {
      let (w, original) = (try Self.folded(network, name), try Self.folded(source, name))
      let (own, expected) = (w.transposedTimes(w), original.transposedTimes(original))
      #expect(Self.difference(own.values, expected.values) < 1e-5, "\(name)")
    }
  }

  /// The outputs of every map, including the copied biases, have unit standard deviation.
  @Test func unitOutputIncludesBiases() throws {
    let source = try Self.source()
    let task = TaskImages(
      try TransformerFeaturesTests.labelledImages(), preparation: source.preparation,
      pool: WorkerPool(threads: 2))
    var options = InitialisationOptions()
    options.head = try HeadInitialisation("timm")
    options.scale = .output
    let network = try initialise(
      source.architecture, method: Initialisers.named("copy"), options: options, seed: 1,
      source: source, images: task)
    let probe = try Probe(network, images: task)
    for layer in probe.layers { #expect(abs(layer.deviation - 1) < 1e-4, "\(layer.name)") }
  }

  @Test func squaredNormsFollowTheScale() throws {
    let source = try Self.source()
    let sizes = try Sample { seed in
      let network = try Self.drawn("coupled-nfm", from: source, seed: seed) { $0.scale = .fanIn }
      return try ["attn.q.1", "attn.proj", "mlp.fc1", "mlp.fc2"].map {
        let w = try Self.folded(network, "blocks.1.\($0)")
        return Matrix([w.squaredNorm / Double(w.rows)], rows: 1, columns: 1)
      }
    }
    for i in 0..<4 {
      #expect(sizes.outliers(from: Matrix([2], rows: 1, columns: 1), at: i) == 0)
      #expect(sizes.outliers(from: Matrix([1.8], rows: 1, columns: 1), at: i) == 1)
    }
  }

  @Test(arguments: [TokenSides.readers, .writers])
  func oneSideIsDrawnAndTheOtherIsTimms(sides: TokenSides) throws {
    let source = try Self.source()
    let network = try Self.drawn("coupled-nfm", from: source) { $0.sides = sides }
    let whole = try Self.drawn("coupled-nfm", from: source)
    var usual = InitialisationOptions()
    usual.head = try HeadInitialisation("copy")
    let timm = try initialise(
      source.architecture, method: Initialisers.named("timm"), options: usual, seed: 1,
      source: source)
    let writers = [
      "patch_embed.proj.weight", "pos_embed", "blocks.0.attn.proj.weight",
      "blocks.1.mlp.fc2.weight",
    ]
    let readers = ["blocks.0.attn.qkv.weight", "blocks.1.mlp.fc1.weight"]
    for name in writers {
      #expect(network[name] == (sides == .writers ? whole : timm)[name], "\(name)")
    }
    for name in readers {
      #expect(network[name] == (sides == .readers ? whole : timm)[name], "\(name)")
    }
  }

  @Test func unsuitableOptionsAreRefused() throws {
    let source = try Self.source()
    func refusal(
      _ method: String, to architecture: Architecture? = nil,
      _ change: (inout InitialisationOptions) -> Void = { _ in }
    ) -> String {
      do {
        _ = try Self.drawn(method, from: source, to: architecture, change)
        return ""
      } catch { return "\(error)" }
    }
    #expect(refusal("coupled-agop").contains("needs features"))
    let wider = try Architecture(
      "vit:side=4,patch=2,width=24,depth=2,heads=3,mlp=10", outputs: 3)
    #expect(refusal("coupled-nfm", to: wider).contains("this network needs [1, 1, 24]"))
    let deeper = try Architecture(
      "vit:side=4,patch=2,width=12,depth=3,heads=3,mlp=10", outputs: 3)
    #expect(refusal("coupled-nfm", to: deeper).contains("the source has no 'blocks.2.attn.q.0'"))
    let wideMLP = try Architecture(
      "vit:side=4,patch=2,width=12,depth=2,heads=3,mlp=16", outputs: 3)
    #expect(refusal("coupled-nfm", to: wideMLP) == "")
    #expect(refusal("gauge", to: wideMLP).contains("turns 10 values into as many"))
    let oneHead = try Architecture(
      "vit:side=4,patch=2,width=12,depth=2,heads=1,mlp=10", outputs: 3)
    #expect(refusal("coupled-nfm", to: oneHead).contains("3 heads, this network 1"))
    let vgg = try Architecture("vgg11@0.25", outputs: 3)
    #expect(
      throws: FeatureError.self, "sides are of transformers"
    ) {
      var options = InitialisationOptions()
      options.sides = .readers
      _ = try initialise(
        vgg, method: Initialisers.named("kaiming-normal"), options: options, seed: 1)
    }
    let otherEpsilon = try Architecture(
      "vit:side=4,patch=2,width=12,depth=2,heads=3,mlp=10,epsilon=0.01", outputs: 3)
    #expect(refusal("copy", to: otherEpsilon).contains("would not compute what the source does"))
    #expect(refusal("gauge", to: oneHead).contains("heads=1"))
    let features = try FeatureSet.nfm(source)
    #expect(
      InitialiserOptionsTests.message {
        _ = try Self.drawn("nfm", from: source, features: features, to: oneHead)
      }.contains("features are of 3 heads"))
    #expect(refusal("coupled-nfm") { $0.shrink = 0.5 }.contains("no covariance to shrink"))
  }
}
