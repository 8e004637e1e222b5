// Vision transformers recognised under every naming, whose logits are compared with those of the libraries' modules.
// Networks that compute something else are refused by name.

import Foundation
import Networks
import StateDictionaries
import Testing

struct VisionTransformerTests {
  /// The contents of `transformers.json`: the images, and the logits of each file.
  static let expected: [String: [Float]] =
    (try? JSONDecoder().decode(
      [String: [Float]].self,
      from: Data(contentsOf: URL(fileURLWithPath: Fixture.path("transformers.json"))))) ?? [:]

  static let text = "vit:side=16,width=64,depth=2,heads=1,mlp=32,patch=4"
  static let files: [(file: String, stated: String?)] = [
    ("vit-timm.safetensors", nil), ("vit-deit.pth", nil), ("vit-scales.safetensors", nil),
    ("vit-mean.safetensors", text.replacing("heads=1", with: "heads=4") + ",pool=mean"),
    ("vit-torchvision.pth", nil), ("vit-huggingface.safetensors", nil),
    ("vit-huggingface-body.pth", nil),
  ]

  static func weights(_ file: String, stated: String? = nil) throws -> VisionTransformerWeights {
    try VisionTransformerWeights(
      StateDictionary(path: Fixture.path(file)), stated: stated.map { try VisionTransformer($0) })
  }

  /// The largest difference of a logit, relative to the largest logit.
  static func difference(_ weights: VisionTransformerWeights, _ file: String) throws -> Double {
    let images = try #require(expected["images"]).map(Double.init)
    let theirs = try #require(expected[file])
    let plain = try PlainTransformer(weights)
    let size = images.count / 3
    let ours = (0..<3).flatMap { plain.logits(Array(images[$0 * size..<($0 + 1) * size])) }
    try #require(ours.count == theirs.count)
    let scale = Double(theirs.map(abs).max() ?? 1)
    return zip(ours, theirs).map { abs($0 - Double($1)) / scale }.max() ?? 0
  }

  @Test("Logits agree with the library", arguments: files)
  func logitsAgree(file: String, stated: String?) throws {
    let weights = try Self.weights(file, stated: stated)
    #expect(VisionTransformerWeights.areIn(try StateDictionary(path: Fixture.path(file))))
    #expect(try Self.difference(weights, file) < 1e-6)
    let body = file == "vit-huggingface-body.pth"
    #expect(weights.outputs == (body ? nil : 5))
    #expect(weights.ignored == (body ? ["pooler.dense.weight", "pooler.dense.bias"] : []))
  }

  @Test func logitsOfAnotherNumberOfHeadsDiffer() throws {
    let weights = try Self.weights("vit-mean.safetensors")
    #expect(weights.network.heads == 1)
    #expect(try Self.difference(weights, "vit-mean.safetensors") > 1e-3)
  }

  @Test func namingsOfOneNetworkGiveTheSameTensors() throws {
    let timm = try Self.weights("vit-timm.safetensors")
    let parameters = try Architecture(timm.network.text, outputs: 5).parameters
    #expect(timm.stateDictionary.tensors.map(\.name) == parameters.map(\.name))
    #expect(timm.stateDictionary.tensors.map(\.shape) == parameters.map(\.shape))
    for (file, naming, epsilon) in [
      ("vit-deit.pth", TransformerNaming.timm, 1e-6),
      ("vit-torchvision.pth", .torchvision, 1e-6),
      ("vit-huggingface.safetensors", .huggingFace, 1e-12),
      ("vit-huggingface-body.pth", .huggingFaceModules, 1e-12),
    ] {
      let weights = try Self.weights(file)
      #expect(weights.naming == naming && weights.network.epsilon == epsilon)
      for tensor in weights.stateDictionary.tensors {
        #expect(
          try tensor.floats() == timm.stateDictionary[tensor.name]?.floats(),
          "\(file): \(tensor.name)")
      }
    }
  }

  /// A fixture with changed tensors.
  static func changed(
    _ file: String, _ change: (inout [StoredTensor]) -> Void
  ) throws -> StateDictionary {
    var tensors = try StateDictionary(path: Fixture.path(file)).tensors
    change(&tensors)
    return StateDictionary(tensors)
  }

  @Test("Other names are recognised", arguments: ["mlp.linear_1", "module.model.", "model.vit."])
  func otherNames(_ change: String) throws {
    let file =
      change == "model.vit." ? "vit-huggingface.safetensors" : "vit-torchvision.pth"
    let dictionary = try Self.changed(file) { tensors in
      tensors = tensors.map { tensor in
        switch change {
        case "mlp.linear_1":
          tensor.named(
            tensor.name.replacing("mlp.0", with: change).replacing("mlp.3", with: "mlp.linear_2"))
        case "model.vit.": tensor.named("model." + tensor.name)
        default: tensor.named(change + tensor.name)
        }
      }
    }
    let weights = try VisionTransformerWeights(dictionary)
    #expect(weights.ignored.isEmpty && weights.outputs == 5)
    let whole = try Self.weights(file)
    for tensor in weights.stateDictionary.tensors {
      #expect(try tensor.floats() == whole.stateDictionary[tensor.name]?.floats())
    }
  }

  @Test func additionsAndAssumptionsAreReported() throws {
    #expect(
      try Self.weights("vit-scales.safetensors").notes == [
        "scales of its branches (ls1, ls2) are folded in",
        "its queries, keys and values have no bias: taken as 0",
        "its class token has no position: taken as 0",
        "1 head of 64 and epsilon 1e-06 are assumed; --architecture "
          + "vit:side=16,patch=4,width=64,depth=2,heads=1,mlp=32,epsilon=1e-06 states others",
      ])
    let stated = try Self.weights("vit-timm.safetensors", stated: Self.text + ",droppath=0.1")
    #expect(stated.notes.isEmpty && stated.network.dropPath == 0.1)
    #expect(
      try Self.weights("vit-huggingface.safetensors", stated: Self.text).notes
        == ["epsilon is 1e-06 as stated, where Hugging Face's is 1e-12"])
  }

  @Test(arguments: [(192, 3), (384, 6), (768, 12), (1024, 16), (1280, 16), (1408, 16)])
  func headsOfPublishedNetworks(width: Int, heads: Int) {
    #expect(VisionTransformer.usualHeads(width: width) == heads)
  }

  @Test func greyImagesAndOtherChannelOrdersAreConverted() throws {
    let name = "patch_embed.proj.weight"
    let file = try Self.weights("vit-timm.safetensors")
    let whole = try #require(file.stateDictionary[name]).floats()
    let grey = try Self.changed("vit-timm.safetensors") { tensors in
      tensors.removeAll { $0.name == name }
      tensors.append(
        StoredTensor(name: name, shape: [64, 1, 4, 4]) {
          (0..<64).flatMap { whole[$0 * 48..<$0 * 48 + 16] }
        })
    }
    let weights = try VisionTransformerWeights(grey)
    #expect(weights.isGrey)
    let spread = try #require(weights.stateDictionary[name]).floats()
    #expect(spread.count == whole.count && spread[50] == whole[50] / 3 && spread[90] == spread[58])
    #expect(throws: StateDictionaryError.self) {
      try VisionTransformerWeights(grey, inputOrder: .bgr)
    }
    let flipped = try VisionTransformerWeights(
      StateDictionary(path: Fixture.path("vit-timm.safetensors")), inputOrder: .bgr)
    let values = try #require(flipped.stateDictionary[name]).floats()
    #expect(values[0..<16] == whole[32..<48] && values[16..<32] == whole[16..<32])
  }

  // MARK: Refusals

  static let lacking = "which networks here do not have"
  static let strangers: [(name: String, shape: [Int], problem: String)] = [
    (
      "reg_token", [1, 4, 64],
      "reg_token: register tokens stand beside the class token, \(lacking)"
    ),
    (
      "dist_token", [1, 1, 64],
      "dist_token: a distillation token has a head of its own, \(lacking)"
    ),
    (
      "blocks.0.attn.q_norm.weight", [64],
      "blocks.0.attn.q_norm.weight: queries and keys are normalised, \(lacking)"
    ),
    (
      "norm_pre.weight", [64],
      "norm_pre.weight: tokens are normalised before the first block, \(lacking)"
    ),
    (
      "fc_norm.weight", [64],
      "fc_norm.weight: what is pooled is normalised, not each token, \(lacking)"
    ),
    (
      "blocks.1.attn.relative_position_bias_table", [9, 1],
      "blocks.1.attn.relative_position_bias_table: positions act inside attention, \(lacking)"
    ),
    ("blocks.1.gamma_1", [64], "blocks.1.gamma_1 belongs to no layer of a vision transformer"),
    ("blocks.2.norm1.weight", [64], "blocks.2.norm1.bias is missing"),
    ("blocks.99.norm1.weight", [64], "depth of a vision transformer is 1 to 64, not 100"),
    (
      "head.1.weight", [5, 64],
      "head.1.weight belongs to no head of one linear layer: --without-head takes the network without its "
        + "head"
    ),
    (
      "fc.weight", [3, 5],
      "fc.weight takes the 5 outputs of the head that is read, as a layer behind it: --without-head takes "
        + "the network without its head"
    ),
    (
      "teacher.patch_embed.proj.weight", [64, 3, 4, 4],
      "more than one vision transformer: under , teacher."
    ),
  ]

  @Test("An unsupported tensor is refused", arguments: strangers)
  func unsupportedTensorsAreRefused(name: String, shape: [Int], problem: String) throws {
    let dictionary = try Self.changed("vit-timm.safetensors") {
      $0.append(StoredTensor(name: name, shape: shape) { [] })
    }
    #expect(throws: StateDictionaryError(file: "memory", problem: problem)) {
      try VisionTransformerWeights(dictionary)
    }
  }

  static let shapes: [(name: String, shape: [Int]?, problem: String)] = [
    (
      "pos_embed", [1, 16, 32],
      "pos_embed has shape [1, 16, 32], where [1, tokens, 64] is wanted"
    ),
    (
      "pos_embed", [1, 21, 64],
      "pos_embed holds 21 positions: no square grid and a class token"
    ),
    (
      "pos_embed", nil,
      "pos_embed is missing; if positions are fixed sines and cosines, state the network with "
        + "--architecture vit:…,positions=sincos"
    ),
    (
      "pos_embed", [1, 65_537, 64],
      "65537 tokens are more than 65536"
    ),
    (
      "patch_embed.proj.weight", [64, 3, 4, 5],
      "patch_embed.proj.weight has shape [64, 3, 4, 5], where [width, 3, patch, patch] is wanted"
    ),
    (
      "patch_embed.proj.weight", [64, 3, 1 << 40, 1 << 40],
      "patch_embed.proj.weight has shape [64, 3, 1099511627776, 1099511627776], where [width, 3, patch, "
        + "patch] is wanted"
    ),
    (
      "blocks.0.mlp.fc2.weight", [64, 16],
      "blocks.0.mlp.fc1.weight: its MLP is gated (SwiGLU), \(lacking)"
    ),
    (
      "blocks.1.mlp.fc1.weight", [16, 64],
      "blocks.1.mlp.fc1.weight has shape [16, 64], where [32, 64] is wanted"
    ),
    (
      "blocks.1.attn.qkv.weight", [64, 64],
      "blocks.1.attn.qkv.weight has shape [64, 64], where [192, 64] is wanted"
    ),
    ("blocks.1.attn.qkv.bias", nil, "blocks.1.attn.qkv.bias is missing"),
    ("head.weight", [5], "head.weight has shape [5], where [outputs, 64] is wanted"),
    ("head.bias", [4], "head.bias has shape [4], where [5] is wanted"),
  ]

  @Test("A tensor that is missing or has another shape is refused", arguments: shapes.indices)
  func shapesAreChecked(index: Int) throws {
    let (name, shape, problem) = Self.shapes[index]
    let dictionary = try Self.changed("vit-timm.safetensors") { tensors in
      tensors.removeAll { $0.name == name }
      if let shape { tensors.append(StoredTensor(name: name, shape: shape) { [] }) }
    }
    let error = #expect(throws: StateDictionaryError.self) {
      try VisionTransformerWeights(dictionary)
    }
    #expect(error?.problem == problem)
  }

  @Test(
    "What is stated is compared with the file",
    arguments: [
      ("width=64", "width=128", "has a width of 64, where the stated architecture has 128"),
      ("patch=4", "patch=8", "has a patch of 4, where the stated architecture has 8"),
      ("side=16", "side=32", "has images of 16, where the stated architecture has 32"),
      ("mlp=32", "mlp=32,pool=mean", "has a class token, unlike the stated architecture"),
    ])
  func statedNetworks(old: String, new: String, problem: String) throws {
    #expect(
      throws: StateDictionaryError(
        file: Fixture.path("vit-timm.safetensors"), problem: problem)
    ) {
      try Self.weights("vit-timm.safetensors", stated: Self.text.replacing(old, with: new))
    }
  }

  /// Sizes whose product exceeds the memory, or the range of an integer, are refused before use.
  @Test(
    "Every tensor of a hostile shape",
    arguments: [
      [], [0], [0, 0, 0], [64, 0, 4, 4], [1 << 62], [1 << 40, 64], [1, 1 << 40, 64],
      [.max, 3, 4, 4], [64, 3, .max, .max], [.max, .max],
    ])
  func hostileShapesAreRefused(shape: [Int]) throws {
    for tensor in try StateDictionary(path: Fixture.path("vit-scales.safetensors")).tensors {
      let dictionary = try Self.changed("vit-scales.safetensors") { tensors in
        tensors.removeAll { $0.name == tensor.name }
        tensors.append(StoredTensor(name: tensor.name, shape: shape) { [] })
      }
      #expect(throws: StateDictionaryError.self, "\(tensor.name)") {
        try VisionTransformerWeights(dictionary)
      }
    }
  }

  @Test func numberOfHeadsIsStatedIfWidthDoesNotDetermineIt() throws {
    let shapes: [(String, [Int])] = [
      ("patch_embed.proj.weight", [48, 3, 4, 4]), ("blocks.0.mlp.fc1.weight", [96, 48]),
      ("blocks.0.mlp.fc2.weight", [48, 96]), ("pos_embed", [1, 17, 48]), ("cls_token", [1, 1, 48]),
    ]
    let dictionary = StateDictionary(
      shapes.map { name, shape in StoredTensor(name: name, shape: shape) { [] } })
    #expect(
      throws: StateDictionaryError(
        file: "memory",
        problem: "does not say how many heads share its width of 48: --architecture "
          + "vit:side=16,patch=4,width=48,depth=1,heads=N,mlp=96,epsilon=1e-06")
    ) { try VisionTransformerWeights(dictionary) }
  }

  @Test func nonFiniteValuesAreRefused() throws {
    let (scale, weight) = ("blocks.1.ls2.gamma", "blocks.1.mlp.fc2.weight")
    // The second value is finite, but its products are not.
    for (value, culprit) in [(Float.nan, scale), (.greatestFiniteMagnitude, weight)] {
      let dictionary = try Self.changed("vit-scales.safetensors") { tensors in
        tensors.removeAll { [scale, weight].contains($0.name) }
        tensors.append(
          StoredTensor(name: scale, shape: [64]) { .init(repeating: value, count: 64) })
        tensors.append(
          StoredTensor(name: weight, shape: [64, 32]) { .init(repeating: 2, count: 64 * 32) })
      }
      let weights = try VisionTransformerWeights(dictionary)
      #expect(
        throws: StateDictionaryError(
          file: "memory", problem: "\(culprit) holds values that are not finite")
      ) { try weights.stateDictionary[weight]?.floats() }
    }
  }
}
