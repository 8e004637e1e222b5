// Refusal of tensors that belong to vision transformers not supported here, by name and with the reason.

enum TransformerStrangers {
  /// The remedy for a head that is not a linear layer.
  static let withoutHead = "--without-head takes the network without its head"

  /// Parts of names of unsupported tensors, and what these tensors do.
  private static let known: [(part: String, does: String)] = [
    ("reg_token", "register tokens stand beside the class token"),
    ("register_tokens", "register tokens stand beside the class token"),
    ("dist_token", "a distillation token has a head of its own"),
    ("head_dist.", "a distillation token has a head of its own"),
    ("distillation_token", "a distillation token has a head of its own"),
    (".q_norm.", "queries and keys are normalised"),
    (".k_norm.", "queries and keys are normalised"),
    (".attn.norm.", "what attention gives is normalised"),
    (".mlp.norm.", "hidden units are normalised"),
    ("patch_embed.norm.", "tokens are normalised before the first block"),
    ("norm_pre.", "tokens are normalised before the first block"),
    ("fc_norm.", "what is pooled is normalised, not each token"),
    ("attn_pool.", "tokens are pooled by attention"),
    (".mlp.fc1_g.", gated), (".mlp.w12.", gated), (".mlp.w1.", gated),
    ("relative_position_bias", "positions act inside attention"),
    ("rel_pos", "positions act inside attention"),
  ]
  private static let gated = "its MLP is gated (SwiGLU)"

  private static func lacking(_ name: String, _ does: String) -> String {
    "\(printable(name)): \(does), which networks here do not have"
  }

  /// Refuses unsupported tensors.
  /// - Throws: `StateDictionaryError` for a tensor of a network that computes something else.
  static func refuse(in names: PlainNames) throws {
    for name in names.rest {
      guard let known = known.first(where: { name.contains($0.part) }) else { continue }
      throw names.error(lacking(name, known.does))
    }
  }

  /// Refuses gated MLPs.
  /// - Throws: `StateDictionaryError` if the first layer of an MLP has twice as many outputs as the second has inputs.
  static func refuseGate(
    _ first: String, gives: Int, _ second: String, takes: Int, _ names: PlainNames
  ) throws {
    guard gives == takes else {
      throw names.error(
        gives / 2 == takes && gives.isMultiple(of: 2)
          ? lacking(first, gated)
          : "\(printable(second)) takes \(takes) values, where \(printable(first)) gives \(gives)")
    }
  }

  /// The beginnings of names of tensors that only training uses.
  private static let unused = ["embeddings.mask_token", "mask_token", "pooler."]

  /// Refuses tensors that remain.
  /// - Throws: `StateDictionaryError` for a tensor of the network or its head that was not taken.
  static func refuseRest(
    of names: PlainNames, _ naming: TransformerNaming, withoutHead: Bool
  ) throws {
    let body = [
      naming.block, String(naming.first.prefix { $0 != "." }) + ".", "encoder.", "norm.",
    ]
    let heads = ["head.", "heads.", "classifier.", "pre_logits."]
    for name in names.rest where !unused.contains(where: name.hasPrefix) {
      if body.contains(where: name.hasPrefix) {
        throw names.error("\(printable(name)) belongs to no layer of a vision transformer")
      }
      guard !withoutHead, heads.contains(where: name.hasPrefix) else { continue }
      throw names.error(
        "\(printable(name)) belongs to no head of one linear layer: \(Self.withoutHead)")
    }
  }
}
