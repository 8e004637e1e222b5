// Published initialisers of vision transformers, compared with the products, bounds and subsets that they define.

import Features
import Networks
import Tensors
import Testing

struct TransformerRivalTests {
  static let text = "vit:side=8,patch=4,width=96,depth=2,heads=3,mlp=200,pool=mean"
  static let (d, h) = (96, 32)

  static func drawn(
    _ method: String, _ text: String = text, seed: UInt64 = 3, source: Network? = nil
  ) throws -> Network {
    var options = InitialisationOptions()
    options.head = try HeadInitialisation("timm")
    return try initialise(
      Architecture(text, outputs: 3), method: Initialisers.named(method), options: options,
      seed: seed, source: source)
  }

  static func weight(_ network: Network, _ name: String) throws -> Matrix {
    Matrix(try #require(network.weight(named: name)))
  }

  /// The matrix W_V [d, d] of all heads.
  static func values(_ network: Network) throws -> Matrix {
    let heads = try (0..<3).map { try weight(network, "blocks.1.attn.v.\($0)") }
    return Matrix(heads.flatMap(\.values), rows: d, columns: d)
  }

  static func diagonal(_ matrix: Matrix) -> [Double] {
    (0..<matrix.rows).map { matrix[$0, $0] }
  }

  static func meanAndDeviation(_ values: [Double]) -> (Double, Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot())
  }

  /// W_O·W_V is 0.4·Z − 0.4·I: its diagonal has mean −0.4 and standard deviation 0.4/√d, and the other entries have the
  /// same deviation. W_V·W_O, which a transposed implementation would use, does not have these moments.
  @Test func mimeticValuesAndProjectionHaveTheDocumentedProduct() throws {
    let network = try Self.drawn("mimetic")
    let (v, o) = (try Self.values(network), try Self.weight(network, "blocks.1.attn.proj"))
    let product = o * v
    let expected = 0.4 / Double(Self.d).squareRoot()
    let (mean, deviation) = Self.meanAndDeviation(Self.diagonal(product))
    #expect(abs(mean + 0.4) < 4.5 * expected / Double(Self.d).squareRoot())
    #expect(abs(deviation / expected - 1) < 4.5 / (2 * Double(Self.d)).squareRoot())
    let rest = (0..<Self.d * Self.d).filter { $0 % (Self.d + 1) != 0 }.map { product.values[$0] }
    let (restMean, restDeviation) = Self.meanAndDeviation(rest)
    #expect(abs(restMean) < 4.5 * expected / Double(Self.d))
    #expect(abs(restDeviation / expected - 1) < 4.5 / (2 * Double(rest.count)).squareRoot())
    #expect(Self.meanAndDeviation(Self.diagonal(v * o)).1 > 2 * expected)
    // The singular values of both factors are the square roots of the product's.
    let difference = zip(v.timesTransposed(v).values, o.transposedTimes(o).values).map {
      abs($0 - $1)
    }
    #expect(try #require(difference.max()) < 1e-5)
  }

  /// W_QᵀW_K of a head is the best approximation of rank h to 0.7·Z + 0.7·I. Its trace is far above that of independent
  /// factors, and its singular values are those of such a matrix, at most 0.7·3.
  @Test func mimeticQueriesAndKeysHaveTheDocumentedProduct() throws {
    let network = try Self.drawn("mimetic")
    let (q, k) = (
      try Self.weight(network, "blocks.0.attn.q.1"), try Self.weight(network, "blocks.0.attn.k.1")
    )
    let product = q.transposedTimes(k)
    // The same matrix is drawn from the random stream. Only the number of rows of Q and K limits the rank of the product.
    var stream = RandomStream.circuit(.scores, block: 0, head: 1, seed: 3)
    var whole = Matrix(
      stream.normals(Self.d * Self.d).map { 0.7 * Double($0) / Double(Self.d).squareRoot() },
      rows: Self.d, columns: Self.d)
    for i in 0..<Self.d { whole[i, i] += 0.7 }
    // By the theorem of Eckart and Young, the error is exactly that of the omitted singular values.
    let squares = try #require(SymmetricEigen(whole.transposedTimes(whole))).values
    let error = zip(product.values, whole.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let least = squares.dropFirst(Self.h).reduce(0, +)
    #expect(abs(error / least - 1) < 1e-4)
    let other = try Self.weight(network, "blocks.0.attn.k.2")
    #expect(product.trace > 3 * abs(q.transposedTimes(other).trace))
  }

  private struct Mimicked: Decodable {
    struct Product: Decodable {
      let singular: [Double]
      let product: [Double]
    }
    let scores: [Product]
    let values: Product
  }

  /// The draw is compared with NumPy's decomposition of the same Z: the products, and √S in each factor.
  @Test func mimeticProductsAgreeWithNumPy() throws {
    let expected = try Fixture.json("mimetic.json", as: Mimicked.self)
    let network = try Self.drawn(
      "mimetic", "vit:side=8,patch=4,width=12,depth=2,heads=3,mlp=8,pool=mean", seed: 5)
    let weights = { (part: String) in
      try (0..<3).map { try Self.weight(network, "blocks.1.attn.\(part).\($0)") }
    }
    func expect(_ left: Matrix, _ right: Matrix, _ expected: Mimicked.Product) {
      // The product is leftᵀ·right, with both factors [k, 12].
      expectClose(left.transposedTimes(right).values, expected.product)
      let roots = Matrix(diagonal: expected.singular).values
      for factor in [left, right] { expectClose(factor.timesTransposed(factor).values, roots) }
    }
    func expectClose(_ values: [Double], _ expected: [Double]) {
      #expect(values.count == expected.count)
      #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 2e-6 })
    }
    let (queries, keys) = (try weights("q"), try weights("k"))
    #expect(expected.scores.count == 3)
    for head in 0..<3 { expect(queries[head], keys[head], expected.scores[head]) }
    let values = Matrix(try weights("v").flatMap(\.values), rows: 12, columns: 12)
    let projection = try Self.weight(network, "blocks.1.attn.proj")
    expect(projection.transposed, values, expected.values)
  }

  /// At the width of DeiT-Ti, W_O·W_V equals the drawn 0.4·Z − 0.4·I in every entry.
  @Test func mimeticValuesAndProjectionAreExact() throws {
    let network = try Self.drawn(
      "mimetic", "vit:side=8,patch=4,width=192,depth=1,heads=3,mlp=4,pool=mean")
    let heads = try (0..<3).map { try Self.weight(network, "blocks.0.attn.v.\($0)") }
    let values = Matrix(heads.flatMap(\.values), rows: 192, columns: 192)
    let product = try Self.weight(network, "blocks.0.attn.proj") * values
    var stream = RandomStream.circuit(.values, block: 0, seed: 3)
    let scale = 0.4 / 192.0.squareRoot()
    var expected = stream.normals(192 * 192).map { Double($0) * scale }
    for i in 0..<192 { expected[193 * i] -= 0.4 }
    let differences = zip(product.values, expected).map { abs($0 - $1) }
    #expect(try #require(differences.max()) < 1e-6)
  }

  /// Among the parameters that belong to no map, only positions differ from timm's.
  @Test func mimeticDrawsTheClassTokenAsTimm() throws {
    let text = "vit:side=8,patch=4,width=12,depth=1,heads=3,mlp=8"
    let (network, timm) = (try Self.drawn("mimetic", text), try Self.drawn("timm", text))
    #expect(network["cls_token"] == timm["cls_token"])
    #expect(network["cls_token"].values.contains { $0 != 0 })
    #expect(network["pos_embed"].values.prefix(12).allSatisfy { $0 == 0 })
    #expect(network["pos_embed"].values != timm["pos_embed"].values)
  }

  @Test func mimeticPositionsAreSineCosine() throws {
    let network = try Self.drawn("mimetic")
    let fixed = try #require(network.architecture.transformer).sineCosinePositions()
    #expect(network["pos_embed"].values == fixed)
    // The first value is the sine of the column at frequency 1, checked at two positions of a row of four patches.
    #expect(abs(Double(fixed[Self.d]) - 0.841_470_98) < 1e-6)
    let timm = try Self.drawn("timm")
    for name in ["patch_embed.proj.weight", "blocks.1.mlp.fc1.weight", "head.weight"] {
      #expect(network[name] == timm[name], "\(name)")
    }
  }

  @Test func conditionedAttentionHasOrthonormalRows() throws {
    let network = try Self.drawn("conditioned")
    #expect(try Self.values(network) == Matrix(diagonal: [Double](repeating: 1, count: Self.d)))
    let (q, k) = (
      try Self.weight(network, "blocks.0.attn.q.1"), try Self.weight(network, "blocks.0.attn.k.1")
    )
    for matrix in [q, k] {
      let gram = matrix.timesTransposed(matrix)
      for i in 0..<Self.h {
        for j in 0..<Self.h { #expect(abs(gram[i, j] - (i == j ? 1 : 0)) < 1e-5) }
      }
    }
    #expect(abs(q.timesTransposed(k).trace) < 8)
    #expect(
      network["blocks.1.attn.proj.weight"] == (try Self.drawn("timm"))["blocks.1.attn.proj.weight"])
  }

  @Test func tFixupDrawsStayWithinTheirBounds() throws {
    let network = try Self.drawn("t-fixup")
    let (attention, mlp) = ((6.0 / 192).squareRoot(), (6.0 / 296).squareRoot())
    // The factor is 0.67·2^(−1/4).
    let small = 0.563_398_2
    for (name, bound) in [
      ("attn.q.0", attention), ("attn.k.2", attention), ("attn.v.1", small * attention),
      ("attn.proj", small * attention), ("mlp.fc1", small * mlp), ("mlp.fc2", small * mlp),
    ] {
      let values = try Self.weight(network, "blocks.1.\(name)").values
      let largest = values.map(abs).max() ?? 0
      #expect(largest <= bound * (1 + 1e-6) && largest > 0.99 * bound, "\(name)")
      #expect(Moments(values.map(Float.init)).agree(variance: bound * bound / 3, kurtosis: 1.8))
    }
    #expect(TransformerInitialiserTests.isConstant(network["blocks.0.attn.qkv.bias"], 0))
  }

  private struct Selection: Decodable {
    let large: [Int]
    let small: [Int]
    let values: [Float]
    let chosen: [Float]
  }

  @Test func subsetsOfTensorsAgreeWithNumPy() throws {
    let cases = try Fixture.json("selection.json", as: [Selection].self)
    #expect(cases.count == 4)
    for item in cases {
      let chosen = Tensor(item.values, shape: item.large).evenlySpaced(item.small)
      #expect(chosen == Tensor(item.chosen, shape: item.small))
    }
    #expect(Tensor([1, 2], shape: [2]).evenlySpaced([3]) == nil)
  }

  /// All parameters except the head are selected. Queries, keys and values count as one matrix, as in timm.
  @Test func selectTakesSubsetsForASmallerNetwork() throws {
    let source = try Self.drawn(
      "torchvision", "vit:side=8,patch=4,width=192,depth=3,heads=6,mlp=300,pool=mean", seed: 9)
    let network = try Self.drawn("select", source: source)
    for (name, shape) in network.architecture.parameters where !name.hasPrefix("head.") {
      #expect(network[name] == source[name].evenlySpaced(shape), "\(name)")
    }
    #expect(
      network["blocks.0.attn.qkv.weight"].values[1] == source["blocks.0.attn.qkv.weight"].values[2])
  }

  @Test func unsuitableSourcesOfSelectAreRefused() throws {
    func refusal(_ text: String) -> String {
      InitialiserOptionsTests.message {
        _ = try Self.drawn("select", source: try Self.drawn("timm", text))
      }
    }
    let refused = [
      ("side=8,patch=4,width=48,depth=2,heads=3,mlp=200", "its width is 48, this network's 96"),
      ("side=8,patch=4,width=96,depth=1,heads=3,mlp=200", "its depth is 1, this network's 2"),
      ("side=8,patch=4,width=96,depth=2,heads=3,mlp=199", "its mlp is 199, this network's 200"),
    ]
    for (text, message) in refused { #expect(refusal("vit:\(text),pool=mean").hasSuffix(message)) }
    // These have more tokens, fewer tokens, equally many tokens of other patches, and an additional class token.
    for text in [
      "side=16,patch=4,pool=mean", "side=4,patch=4,pool=mean", "side=16,patch=8,pool=mean",
      "side=8,patch=4",
    ] {
      #expect(
        refusal("vit:\(text),width=96,depth=2,heads=3,mlp=200")
          .hasSuffix("extract-pretrained --side and --patch make them agree"), "\(text)")
    }
    let vgg = try initialise(
      Architecture("vgg11@0.25", outputs: 3), method: Initialisers.named("kaiming-normal"),
      seed: 1)
    #expect(
      InitialiserOptionsTests.message { _ = try Self.drawn("select", source: vgg) }
        .contains("a transformer of a larger one, which vgg11@0.25 is not"))
  }

  /// The default scale is timm's: an isotropic draw at that scale has timm's variance.
  @Test func defaultScaleIsThatOfTimm() throws {
    let source = try Self.drawn("torchvision")
    var options = InitialisationOptions()
    options.head = try HeadInitialisation("timm")
    (options.scale, options.shrink) = (.default, 1)
    let network = try initialise(
      source.architecture, method: Initialisers.named("nfm"), options: options, seed: 1,
      features: FeatureSet.nfm(source))
    for name in ["blocks.0.attn.qkv.weight", "blocks.1.mlp.fc2.weight"] {
      #expect(Moments(network[name].values).agree(variance: 4e-4, kurtosis: 3))
    }
    #expect(
      Moments(network["patch_embed.proj.weight"].values).agree(variance: 1 / (3 * 48), kurtosis: 3))
    let vgg = try Architecture("vgg:64,64", outputs: 3)
    let trained = try initialise(vgg, method: Initialisers.named("kaiming-normal"), seed: 2)
    options.head = try HeadInitialisation("kaiming")
    let filters = try initialise(
      vgg, method: Initialisers.named("nfm"), options: options, seed: 1,
      features: FeatureSet.nfm(trained))
    #expect(
      Moments(filters["features.0.weight"].values).agree(variance: 2.0 / (9 * 64), kurtosis: 3))
  }
}
