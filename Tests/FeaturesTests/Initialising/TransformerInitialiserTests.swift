// The initialisers of vision transformers.

import Features
import Networks
import Tensors
import Testing

struct TransformerInitialiserTests {
  static let text = "vit:side=32,patch=4,width=128,depth=2,heads=4,mlp=512"

  static func architecture(_ text: String = text) throws -> Architecture {
    try Architecture(text, outputs: 7)
  }

  static func drawn(_ method: String, seed: UInt64 = 5) throws -> Network {
    let (architecture, method) = (try architecture(), try Initialisers.named(method))
    var options = InitialisationOptions()
    options.head = try .usual(of: architecture, for: method, .exact)
    return try initialise(architecture, method: method, options: options, seed: seed)
  }

  static func isConstant(_ tensor: Tensor, _ value: Float) -> Bool {
    tensor.values.allSatisfy { $0 == value }
  }

  @Test func timmDistributionsAreTheDocumentedOnes() throws {
    let network = try Self.drawn("timm")
    for name in ["blocks.0.attn.qkv", "blocks.1.attn.proj", "blocks.0.mlp.fc1", "blocks.1.mlp.fc2"]
    {
      let moments = Moments(network[name + ".weight"].values)
      #expect(moments.agree(variance: 4e-4, kurtosis: 3), "\(name)")
      #expect(!moments.agree(variance: 4.5e-4, kurtosis: 3))
      #expect(Self.isConstant(network[name + ".bias"], 0))
    }
    #expect(Moments(network["head.weight"].values).agree(variance: 4e-4, kurtosis: 3))
    #expect(Moments(network["pos_embed"].values).agree(variance: 4e-4, kurtosis: 3))
    #expect(Moments(network["cls_token"].values).agree(variance: 1e-12, kurtosis: 3))
    let bound: Float = 1 / Float(48).squareRoot()
    for name in ["patch_embed.proj.weight", "patch_embed.proj.bias"] {
      let values = network[name].values
      #expect(values.allSatisfy { abs($0) <= bound }, "\(name)")
      #expect(Moments(values).agree(variance: 1 / (3 * 48), kurtosis: 1.8))
    }
    for name in ["blocks.0.norm1", "blocks.1.norm2", "norm"] {
      #expect(Self.isConstant(network[name + ".weight"], 1))
      #expect(Self.isConstant(network[name + ".bias"], 0))
    }
  }

  /// Xavier's bound for queries, keys and values is that of the joint matrix [3d, d], not of one head's [h, d].
  @Test func torchvisionDistributionsAreTheDocumentedOnes() throws {
    let network = try Self.drawn("torchvision")
    let xavier = { (inputs: Double, outputs: Double) in (6 / (inputs + outputs)).squareRoot() }
    let bounds: [(String, Double)] = [
      ("blocks.0.attn.qkv", xavier(128, 384)), ("blocks.0.attn.proj", 1 / 128.0.squareRoot()),
      ("blocks.1.mlp.fc1", xavier(128, 512)), ("blocks.1.mlp.fc2", xavier(512, 128)),
    ]
    for (name, bound) in bounds {
      let values = network[name + ".weight"].values
      let largest = Double(values.map(abs).max() ?? 0)
      #expect(largest <= bound * (1 + 1e-6) && largest > 0.999 * bound, "\(name)")
      #expect(Moments(values).agree(variance: bound * bound / 3, kurtosis: 1.8))
    }
    #expect(
      Moments(network["patch_embed.proj.weight"].values).agree(variance: 1.0 / 48, kurtosis: 3))
    #expect(Moments(network["blocks.0.mlp.fc1.bias"].values).agree(variance: 1e-12, kurtosis: 3))
    for name in [
      "blocks.0.attn.qkv.bias", "blocks.0.attn.proj.bias", "head.weight", "head.bias", "cls_token",
      "patch_embed.proj.bias",
    ] { #expect(Self.isConstant(network[name], 0), "\(name)") }
  }

  /// Each map has its own random stream: the queries of two heads differ, and so do two seeds.
  @Test func headsAreDrawnIndependently() throws {
    let network = try Self.drawn("timm")
    let (first, second) = (
      network.weight(named: "blocks.0.attn.q.0"), network.weight(named: "blocks.0.attn.q.1")
    )
    #expect(first != nil && second != nil && first != second)
    #expect(try Self.drawn("timm", seed: 6)["pos_embed"] != network["pos_embed"])
  }

  /// A substitute for a trained network: none of its parameters has its initial value.
  static func source() throws -> Network {
    let architecture = try architecture()
    var stream = RandomStream(seed: 2, .probes)
    return try Network(
      architecture,
      parameters: Dictionary(
        uniqueKeysWithValues: architecture.parameters.map { name, shape in
          (name, Tensor(stream.normals(shape.reduce(1, *)), shape: shape))
        }))
  }

  @Test func copyIsTheSource() throws {
    let source = try Self.source()
    var options = InitialisationOptions()
    options.head = try HeadInitialisation("copy")
    let copy = try initialise(
      source.architecture, method: .init(named: "copy"), options: options, seed: 1, source: source)
    #expect(copy.parameters == source.parameters)
    #expect(throws: FeatureError.self) {
      try initialise(
        Self.architecture("vit:side=16,patch=4,width=128,depth=2,heads=4,mlp=512"),
        method: .init(named: "copy"), seed: 1, source: source)
    }
  }

  /// The expectation of W'ᵀW'/K for the queries of one head is the NFM with the gain folded in, at trace 1.
  @Test func queriesHaveTheFoldedCovariance() throws {
    let source = try Self.source()
    let map = try #require(source.architecture.body.first { $0.name == "blocks.1.attn.q.2" })
    let features = try FeatureSet.nfm(source, layers: [map])
    var options = InitialisationOptions()
    options.layers = try LayerSelection("blocks.1.attn.q.2")
    let draws = 200
    var sum = Matrix(zeros: map.inputs, map.inputs)
    for seed in 1...draws {
      let network = try initialise(
        source.architecture, method: .init(named: "nfm"), options: options, seed: UInt64(seed),
        features: features)
      let w = Matrix(network.weight(of: map))
      let gram = w.transposedTimes(w)
      for i in gram.values.indices { sum.values[i] += gram.values[i] }
    }
    func distance(to weight: Tensor) -> Double {
      let w = Matrix(weight)
      let expected = w.transposedTimes(w)
      let rows = Double(draws * map.outputs)
      let (difference, size) = zip(sum.values, expected.values).reduce((0.0, 0.0)) {
        let wanted = $1.1 / expected.trace
        return ($0.0 + ($1.0 / rows - wanted) * ($1.0 / rows - wanted), $0.1 + wanted * wanted)
      }
      return (difference / size).squareRoot()
    }
    // The relative sampling error of a covariance from n rows is √((1 + r)/n), where r is its effective rank, at most 32.
    let error = (33.0 / Double(draws * map.outputs)).squareRoot()
    #expect(distance(to: source.foldedWeight(of: map)) < 1.5 * error)
    #expect(distance(to: source.weight(of: map)) > 4 * error)
  }

  @Test func optionsWithoutEffectAreRefused() throws {
    let source = try Self.source()
    let features = try FeatureSet.nfm(source)
    func refuses(_ method: String, _ architecture: Architecture, scale: FilterScale? = nil) -> Bool
    {
      var options = InitialisationOptions()
      options.scale = scale
      do {
        _ = try initialise(
          architecture, method: .init(named: method), options: options, seed: 1,
          features: features, source: source)
        return false
      } catch { return true }
    }
    #expect(try refuses("timm", Architecture("vgg:8,M", outputs: 7)))
    #expect(refuses("spatial", source.architecture))
    #expect(refuses("nfm", source.architecture, scale: .balanced))
    #expect(!refuses("nfm", source.architecture))
  }
}

extension Initialiser {
  fileprivate init(named name: String) throws { self = try Initialisers.named(name) }
}
