// The names that other programs give to the parameters of a vision transformer.

/// A program's names of a vision transformer's parameters, translated from timm's names, which this project uses.
package enum TransformerNaming: String, CaseIterable, Sendable {
  case timm
  case torchvision
  /// The names of torchvision before version 0.12.
  case torchvisionLinear
  /// The names in Hugging Face's files.
  case huggingFace
  /// The names of the modules in Hugging Face's version 5.
  case huggingFaceModules

  /// The beginnings of timm's names: first those of the network, then those of a block after its number.
  private static let beginnings = [
    "cls_token", "pos_embed", "patch_embed.proj.", "norm.", "head.", "norm1.", "attn.qkv.",
    "attn.proj.", "norm2.", "mlp.fc1.", "mlp.fc2.",
  ]

  /// The equivalents of `beginnings` in this naming, in the same order.
  private var words: [String] {
    switch self {
    case .timm: Self.beginnings
    case .torchvision, .torchvisionLinear:
      [
        "class_token", "encoder.pos_embedding", "conv_proj.", "encoder.ln.", "heads.head.",
        "ln_1.", "self_attention.in_proj_", "self_attention.out_proj.", "ln_2.",
      ] + (self == .torchvision ? ["mlp.0.", "mlp.3."] : ["mlp.linear_1.", "mlp.linear_2."])
    case .huggingFace:
      Self.huggingFaceBody + [
        "layernorm_before.", "attention.attention.\(Self.part).", "attention.output.dense.",
        "layernorm_after.", "intermediate.dense.", "output.dense.",
      ]
    case .huggingFaceModules:
      Self.huggingFaceBody + [
        "layernorm_before.", "attention.\(Self.part)_proj.", "attention.o_proj.",
        "layernorm_after.", "mlp.fc1.", "mlp.fc2.",
      ]
    }
  }

  private static let huggingFaceBody = [
    "embeddings.cls_token", "embeddings.position_embeddings",
    "embeddings.patch_embeddings.projection.", "layernorm.", "classifier.",
  ]

  /// A placeholder for `query`, `key` and `value` if they are separate tensors.
  private static let part = "*"

  private var parts: [String] {
    self == .huggingFace ? ["query", "key", "value"] : ["q", "k", "v"]
  }

  package var isHuggingFace: Bool { self == .huggingFace || self == .huggingFaceModules }

  /// The beginning of the names of blocks, before their numbers.
  var block: String {
    switch self {
    case .timm: "blocks."
    case .torchvision, .torchvisionLinear: "encoder.layers.encoder_layer_"
    case .huggingFace: "encoder.layer."
    case .huggingFaceModules: "layers."
    }
  }

  /// The prefix of the body's names that the head's names do not have.
  var inner: String { isHuggingFace ? "vit." : "" }

  /// The ε of layer normalisation in this program.
  package var epsilon: Double { isHuggingFace ? 1e-12 : 1e-6 }

  /// The names for timm's `name`, such as `blocks.0.attn.qkv.weight`: one name, or the names of three tensors whose rows
  /// follow each other.
  func names(of name: String) -> [String] {
    let pieces = name.split(separator: ".", maxSplits: 2)
    let isInBlock = pieces.count == 3 && pieces[0] == "blocks"
    let own = isInBlock ? String(pieces[2]) : name
    guard let row = Self.beginnings.firstIndex(where: own.hasPrefix) else { return [name] }
    let other =
      (isInBlock ? "\(block)\(pieces[1])." : "") + words[row]
      + own.dropFirst(Self.beginnings[row].count)
    let halves = other.split(separator: Self.part, omittingEmptySubsequences: false)
    return halves.count == 1 ? [other] : parts.map { halves.joined(separator: $0) }
  }

  /// The name for timm's `name` in a naming that stacks queries, keys and values.
  package func name(of name: String) -> String { names(of: name).first ?? name }

  /// The name of the tensor by which a vision transformer with this naming is recognised: its patch embedding.
  var first: String { name(of: "patch_embed.proj.weight") }

  /// Recognises the naming of a dictionary; nil if there is no vision transformer in it.
  init?(_ dictionary: StateDictionary) {
    let plain = dictionary.tensors.map { StateDictionary.plain($0.name) }
    let possible = Self.allCases.filter { !PlainNames.prefixes(of: $0.first, in: plain).isEmpty }
    let whole = possible.first { naming in
      let first = naming.name(of: "blocks.0.mlp.fc1.weight")
      return plain.contains { $0.hasSuffix(first) }
    }
    guard let naming = whole ?? possible.first else { return nil }
    self = naming
  }
}
