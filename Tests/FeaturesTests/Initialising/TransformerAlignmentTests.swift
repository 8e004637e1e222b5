// Draws that are aligned with another transformer's tokens, compared with a naive network and Gaussian elimination.

import Features
import Foundation
import Networks
import Tensors
import Testing

struct TransformerAlignmentTests {
  static let text = "vit:side=8,patch=2,width=12,depth=2,heads=3,mlp=10"

  /// A source whose gains are not 1, whose biases are not 0, and whose attention is not uniform.
  static func source(_ text: String = text) throws -> Network {
    try TransformerFeaturesTests.network(text)
  }

  static func draw(
    _ method: String, _ text: String = text, with source: Network, ridge: Double = 0,
    threads: Int = 2, _ change: (inout InitialisationOptions) throws -> Void = { _ in }
  ) throws -> (network: Network, explained: [String: Double]) {
    var options = InitialisationOptions()
    options.head = try HeadInitialisation("timm")
    try change(&options)
    var explained: [String: Double] = [:]
    let initialiser = try Initialisers.named(method)
    let network = try initialise(
      Architecture(text, outputs: 3), method: initialiser, options: options, seed: 1,
      features: initialiser.hasFeatures ? features(method, source) : nil,
      images: ImageInitialiserTests.task(threads: threads),
      alignment: Alignment(source: source, ridge: ridge)
    ) { explained[$0.name] = $1 }
    return (network, explained)
  }

  static func features(_ method: String, _ source: Network) throws -> FeatureSet {
    let maps = source.architecture.body
    guard method.contains("agop") else { return try FeatureSet.nfm(source, layers: maps) }
    let survey = try GradientSurvey(
      source, images: ImageInitialiserTests.labelledImages(), indices: Array(0..<8), layers: maps,
      logits: .all, seed: 0, pool: WorkerPool(threads: 2), batch: 8)
    return try FeatureSet.agop(source, layers: maps, moments: survey.whole)
  }

  /// The images as inputs of a network, [3][H·W] each.
  static func images(_ network: Network) throws -> [NaiveTransformer.Rows] {
    let own = ImageInitialiserTests.preparation
    return try ImageInitialiserTests.maps().map { image in
      image.enumerated().map { c, values in
        values.map {
          ($0 * own.std[c] + own.mean[c] - network.preparation.mean[c]) / network.preparation.std[c]
        }
      }
    }
  }

  static func logits(_ network: Network) throws -> [Double] {
    let naive = try NaiveTransformer(network)
    return try images(network).flatMap { naive.logits($0) }
  }

  /// The largest difference, relative to the root mean square.
  static func difference(_ a: [Double], _ b: [Double]) -> Double {
    let size = (b.reduce(0) { $0 + $1 * $1 } / Double(b.count)).squareRoot()
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / size
  }

  /// The input of a map: a row for each image and each of its last `shared` tokens.
  static func channels(_ network: Network, of map: String, shared: Int) throws -> [[Double]] {
    let naive = try NaiveTransformer(network)
    return try images(network).flatMap { naive.input(of: map, $0).suffix(shared) }
  }

  /// The tolerance for single precision. Values of tokens have relative errors of 1e-7, which a division by the smallest
  /// directions that are used amplifies.
  static let tolerance = 1e-3

  /// `gauge` mixes the values of a head and shuffles the units of the MLP, which the regression compensates for.
  @Test(arguments: [
    ("copy", "class"), ("gauge", "class"), ("copy", "mean"), ("gauge", "mean"),
  ]) func losslessDrawsComputeTheFunctionOfTheSource(method: String, pool: String) throws {
    let text = Self.text + ",pool=\(pool)"
    let source = try Self.source(text)
    let (drawn, explained) = try Self.draw(method, text, with: source) {
      $0.head = try HeadInitialisation("copy")
    }
    let expected = try Self.logits(source)
    #expect(Self.difference(try Self.logits(drawn), expected) < Self.tolerance)
    #expect(explained.count == source.architecture.body.count)
    #expect(explained.values.allSatisfy { abs($0 - 1) < 1e-6 })
    // Draws that mix each map independently compute another function, which is detected.
    let (mixed, _) = try Self.draw("rotated", text, with: source) {
      $0.head = try HeadInitialisation("copy")
    }
    #expect(Self.difference(try Self.logits(mixed), expected) > 100 * Self.tolerance)
    for norm in ["blocks.0.norm1", "blocks.1.norm2", "norm"] {
      #expect(drawn[norm + ".weight"].values.allSatisfy { $0 == 1 })
      #expect(drawn[norm + ".bias"].values.allSatisfy { $0 == 0 })
    }
  }

  /// A source with shuffled heads and hidden units computes the same function, and so does a draw from it.
  @Test func drawsFromShuffledHeadsAndUnitsComputeTheSameFunction() throws {
    let source = try Self.source()
    let shuffled = try Self.shuffled(source)
    #expect(shuffled.parameters != source.parameters)
    let expected = try Self.logits(source)
    #expect(Self.difference(try Self.logits(shuffled), expected) < 1e-6)
    let (drawn, _) = try Self.draw("gauge", with: shuffled) {
      $0.head = try HeadInitialisation("copy")
    }
    #expect(Self.difference(try Self.logits(drawn), expected) < Self.tolerance)
  }

  /// The network with its heads in the order 2, 0, 1 and its hidden units in reverse order.
  static func shuffled(_ network: Network) throws -> Network {
    var parameters = network.parameters
    func reorder(_ name: String, rows: [Int]? = nil, columns: [Int]? = nil) throws {
      let tensor = try #require(parameters[name])
      let width = tensor.values.count / tensor.shape[0]
      let chosen = rows ?? Array(0..<tensor.shape[0])
      parameters[name]?.values = chosen.flatMap { row in
        (columns ?? Array(0..<width)).map { tensor.values[row * width + $0] }
      }
    }
    let heads = [2, 0, 1].flatMap { head in (0..<4).map { head * 4 + $0 } }
    let (units, readers) = (
      Array((0..<10).reversed()), (0..<3).flatMap { p in heads.map { p * 12 + $0 } }
    )
    for block in ["blocks.0", "blocks.1"] {
      for kind in ["weight", "bias"] {
        try reorder("\(block).attn.qkv.\(kind)", rows: readers)
        try reorder("\(block).mlp.fc1.\(kind)", rows: units)
      }
      try reorder("\(block).attn.proj.weight", columns: heads)
      try reorder("\(block).mlp.fc2.weight", columns: units)
    }
    return try Network(
      network.architecture, parameters: parameters, preparation: network.preparation)
  }

  /// The images of the source have another mean and deviation. The weight and bias of the patch embedding compensate.
  @Test func patchEmbeddingCorrectsForAnotherNormalisation() throws {
    var source = try Self.source()
    source.preparation.std = [0.5, 0.1, 0.3]
    source.preparation.mean = [0.1, 0.6, 0.35]
    let (drawn, _) = try Self.draw("copy", with: source) {
      $0.head = try HeadInitialisation("copy")
    }
    #expect(Self.difference(try Self.logits(drawn), try Self.logits(source)) < Self.tolerance)
    #expect(drawn["patch_embed.proj.bias"] != source["patch_embed.proj.bias"])
    let (w, original) = (drawn["patch_embed.proj.weight"], source["patch_embed.proj.weight"])
    for (i, value) in original.values.enumerated() {
      let c = i / 4 % 3
      let factor = ImageInitialiserTests.preparation.std[c] / source.preparation.std[c]
      #expect(abs(Double(w.values[i]) - Double(value) * factor) < 1e-5)
    }
  }

  /// The source has more channels, heads, hidden units and blocks, and a class token that the new network has or lacks. The
  /// rows of each map are M·w, with M computed by elimination from the inputs of naive networks.
  @Test(arguments: [("class", 17), ("mean", 16)])
  func rowsAreMappedByLeastSquares(pool: String, shared: Int) throws {
    let source = try Self.source()
    let text = "vit:side=8,patch=2,width=8,depth=2,heads=2,mlp=6,pool=\(pool)"
    let ridge = 1e-3
    let (drawn, shares) = try Self.draw("copy", text, with: source, ridge: ridge)
    let folded = try source.foldingNorms()
    for name in ["attn.q.1", "attn.k.0", "attn.v.1", "attn.proj", "mlp.fc1", "mlp.fc2"].flatMap({
      ["blocks.0." + $0, "blocks.1." + $0]
    }) {
      let new = try Self.channels(drawn, of: name, shared: shared)
      let old = try Self.channels(source, of: name, shared: shared)
      #expect(new.count == 16 * shared && old.count == new.count)
      let m = AlignmentTests.regression(new, old, ridge: ridge)
      let map = try #require(drawn.architecture.body.first { $0.name == name })
      let original = try #require(folded.architecture.body.first { $0.name == name })
      let (weight, bias) = (Matrix(drawn.weight(of: map)), drawn.bias(of: map).values)
      let (w, b) = (Matrix(folded.weight(of: original)), folded.bias(of: original).values)
      for k in 0..<map.outputs {
        let last = Double(max(map.outputs - 1, 1))
        let row =
          w.rows % map.outputs == 0
          ? k * (w.rows / map.outputs)
          : Int((Double(k) * Double(w.rows - 1) / last).rounded(.toNearestOrEven))
        #expect(bias[k] == b[row])
        for i in 0..<map.inputs {
          let expected = (0..<w.columns).reduce(0.0) { $0 + m[i][$1] * w[row, $1] }
          #expect(abs(weight[k, i] - expected) < 1e-4, "\(name)")
        }
      }
      let share = try #require(shares[name])
      #expect(abs(share - AlignmentTests.explained(new, m, old)) < 1e-5, "\(name)")
      #expect(share < 0.999)
    }
    // All heads read the same tokens.
    #expect(shares["blocks.1.attn.q.0"] == shares["blocks.1.attn.v.1"])
    // Positions of another width are drawn as timm does.
    let positions = Moments(drawn["pos_embed"].values)
    #expect(positions.agree(variance: 4e-4, kurtosis: 3))
  }

  /// Every method that aligns draws from sources that are wider or narrower, have more or fewer heads, or have more blocks.
  @Test(arguments: [
    "nfm", "agop", "kaiming-nfm", "spectrum", "rotated", "coupled-nfm", "coupled-agop",
    "coupled-permuted",
  ]) func otherShapesAreDrawn(method: String) throws {
    let source = try Self.source()
    for text in [
      "vit:side=8,patch=2,width=8,depth=1,heads=2,mlp=14",
      "vit:side=8,patch=2,width=12,depth=2,heads=2,mlp=6,positions=sincos",
    ] {
      let (drawn, shares) = try Self.draw(method, text, with: source, ridge: 1e-3)
      #expect(drawn.firstNonFinite == nil)
      #expect(shares.values.allSatisfy { $0 <= 1 })
      #expect(shares["patch_embed.proj"] == 1)
      if method.hasSuffix("nfm") || method == "rotated" {
        #expect(drawn["blocks.0.mlp.fc1.bias"].values.allSatisfy { $0 == 0 })
      }
    }
  }

  /// The patch embedding uses some rows of a wider source with their biases. With `gauge`, so do all maps that write to
  /// tokens.
  @Test(arguments: ["coupled-nfm", "gauge", "copy"])
  func biasesBelongToTheChosenRows(method: String) throws {
    let source = try Self.source()
    let text = "vit:side=8,patch=2,width=8,depth=2,heads=2,mlp=10"
    let (drawn, _) = try Self.draw(method, text, with: source, ridge: 1e-3)
    let rows = [0, 2, 3, 5, 6, 8, 9, 11]
    for name in ["patch_embed.proj", "blocks.1.attn.proj", "blocks.0.mlp.fc2"] {
      let isTaken = method != "coupled-nfm" || name == "patch_embed.proj"
      let expected = rows.map { isTaken ? source[name + ".bias"].values[$0] : 0 }
      #expect(drawn[name + ".bias"].values == expected, "\(name)")
    }
  }

  @Test func scalesAreExactOrUnit() throws {
    let source = try Self.source()
    let text = "vit:side=8,patch=2,width=8,depth=1,heads=2,mlp=14"
    let (fanIn, _) = try Self.draw("nfm", text, with: source, ridge: 1e-3) { $0.scale = .fanIn }
    for map in fanIn.architecture.body {
      #expect(abs(fanIn.weight(of: map).squaredNorm / Double(map.outputs) - 2) < 1e-5)
    }
    let (unit, _) = try Self.draw("nfm", text, with: source, ridge: 1e-3) { $0.scale = .output }
    let map = try #require(unit.architecture.body.first { $0.name == "blocks.0.mlp.fc2" })
    let (w, inputs) = (
      Matrix(unit.weight(of: map)), try Self.channels(unit, of: map.name, shared: 17)
    )
    let z = inputs.flatMap { x in
      (0..<w.rows).map { k in x.indices.reduce(0.0) { $0 + w[k, $1] * x[$1] } }
    }
    #expect(abs(ImageInitialiserTests.deviation(z) - 1) < 1e-3)
  }

  @Test func threadCountDoesNotChangeBytes() throws {
    let source = try Self.source()
    let text = "vit:side=8,patch=2,width=8,depth=2,heads=2,mlp=6"
    let drawn = try [1, 2, 5].map {
      try Self.draw("coupled-nfm", text, with: source, ridge: 1e-3, threads: $0)
    }
    #expect(drawn[0].network.parameters == drawn[1].network.parameters)
    #expect(drawn[0].network.parameters == drawn[2].network.parameters)
    #expect(drawn[0].explained == drawn[2].explained)
  }

  static let refusals: [(text: String, method: String, says: String)] = [
    (
      "vit:side=8,patch=2,width=12,depth=3,heads=3,mlp=10", "copy",
      "has no linear map at the place of 'blocks.2.attn.q.0' to align with; --layers can leave it out"
    ),
    (
      "vit:side=8,patch=2,width=12,depth=2,heads=4,mlp=10", "nfm",
      "no linear map at the place of 'blocks.0.attn.q.3'"
    ),
    (
      "vit:side=8,patch=4,width=12,depth=2,heads=3,mlp=10", "copy",
      "extract-pretrained --patch 4 makes a source with these"
    ),
    ("vit:side=8,patch=2,width=24,depth=2,heads=3,mlp=10", "copy", "patch_embed.proj.weight"),
    ("vit:side=8,patch=2,width=12,depth=2,heads=3,mlp=10", "timm", "cannot be aligned"),
    ("vgg:8,M", "copy", "a transformer's tokens and a convolution's channels cannot be aligned"),
  ]

  @Test(arguments: refusals)
  func mapsWithoutPartnerAreRefused(
    _ refusal: (text: String, method: String, says: String)
  ) throws {
    let source = try Self.source()
    let said = InitialiserOptionsTests.message {
      _ = try Self.draw(refusal.method, refusal.text, with: source)
    }
    #expect(said.contains(refusal.says), "\(said)")
  }

  @Test func convolutionalSourceIsRefused() throws {
    let source = try AlignmentTests.source("vgg:8,M")
    let said = InitialiserOptionsTests.message { _ = try Self.draw("copy", with: source) }
    #expect(said.contains("cannot be aligned: vgg:8,M with vit:"), "\(said)")
  }

  /// Excluded layers need no partner and are drawn as timm does.
  @Test func layersWithoutPartnerCanBeExcluded() throws {
    let source = try Self.source()
    let text = "vit:side=8,patch=2,width=12,depth=3,heads=3,mlp=10"
    let (drawn, shares) = try Self.draw("copy", text, with: source) {
      $0.layers = try LayerSelection("blocks.0,blocks.1")
    }
    #expect(shares.count == 24)
    let plain = try initialise(
      Architecture(text, outputs: 3), method: Initialisers.named("timm"), seed: 1)
    for name in ["patch_embed.proj.weight", "blocks.2.attn.qkv.weight", "blocks.2.mlp.fc2.weight"] {
      #expect(drawn[name] == plain[name], "\(name)")
    }
  }

  /// Scores outside single precision make attention NaN.
  @Test func nonFiniteActivationsAreRefused() throws {
    var source = try Self.source()
    var parameters = source.parameters
    parameters["blocks.0.attn.qkv.weight"]?.values = source["blocks.0.attn.qkv.weight"].values.map {
      $0 * 1e30
    }
    source = try Network(
      source.architecture, parameters: parameters, preparation: source.preparation)
    let said = InitialiserOptionsTests.message { _ = try Self.draw("copy", with: source) }
    #expect(said == "activations are not finite")
  }
}
