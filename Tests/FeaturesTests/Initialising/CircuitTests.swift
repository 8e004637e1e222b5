// Draws that keep what two maps of a transformer know together, against the source's products.

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

  /// W [K, d] of a map with the gain that it reads.
  static func folded(_ network: Network, _ name: String) throws -> Matrix {
    let map = try #require(network.architecture.linearMaps.first { $0.name == name })
    return TransformerFeaturesTests.folded(map, network)
  }

  /// The columns of W_O that read a head's values.
  static func projection(_ network: Network, of head: Int) throws -> Matrix {
    let all = try folded(network, "blocks.1.attn.proj")
    return Matrix(
      (0..<all.rows).flatMap { row in (head * h..<(head + 1) * h).map { all[row, $0] } },
      rows: all.rows, columns: h)
  }

  /// What the second block's scores, values and MLP come to without the values in between, with keys and projection of
  /// other heads if `shift` is not 0.
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

  /// WᵀW of the second block's readers, and of its writers W·Wᵀ.
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

  /// Means over 800 draws, and how many of their entries lie more than five standard errors from a value: none, but for
  /// one test in ten thousand, if it is the expectation.
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

  /// Attention does not see an orthogonal matrix between queries and keys, values and projection; the MLP does not see the
  /// order of its units. A permutation of rows of the separate maps is another function.
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
    // With half of the product, or none, the test would fail.
    for (i, matrix) in products.enumerated() {
      let half = Matrix(
        matrix.values.map { $0 / 2 }, rows: matrix.rows, columns: matrix.columns)
      #expect(sample.outliers(from: half, at: i) > matrix.values.count / 20)
    }
  }

  /// Maps of the paper's draw know nothing of each other: their products are zero in the mean.
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
    // Keys are those of the next head: k.2 is drawn from k.0.
    var squares = try Self.squares(source)
    let key = try Self.folded(source, "blocks.1.attn.k.0")
    squares[1] = key.transposedTimes(key)
    for (i, matrix) in squares.dropLast(2).enumerated() {
      #expect(sample.outliers(from: matrix, at: own.count + i) == 0, "\(i)")
    }
  }

  /// Each reader has its AGOP as the covariance of its rows, at the source's size.
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

  /// The patch embedding, positions and the class token write the basis of the tokens: they are the source's, while
  /// normalisations start anew and biases at zero.
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

  /// The patch embedding is the basis, whatever weights the others.
  @Test func coupledAGOPDrawsCopyTheTokenBasis() throws {
    let source = try Self.source()
    let survey = try TransformerFeaturesTests.survey(source)
    let features = try FeatureSet.agop(source, moments: survey.whole)
    let network = try Self.drawn("coupled-agop", from: source, features: features)
    for name in ["patch_embed.proj.weight", "patch_embed.proj.bias", "pos_embed"] {
      #expect(network[name] == source[name], "\(name)")
    }
  }

  /// Filters of networks whose gains start at 1 have the source's gains in them.
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

  /// Unit deviation of what a map puts out, the biases that a copy brings included.
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
