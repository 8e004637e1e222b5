// Refusal of tensors that belong to residual networks not supported here, by name and with the reason.

enum ResNetStrangers {
  /// Parts of names of unsupported tensors, and what these tensors do.
  private static let known: [(part: String, does: String)] = [
    (".conv3.", "its blocks have three convolutions"),
    ("conv1.0.", "it begins with several convolutions"),
    (".se.", "channels are gated (squeeze and excitation)"),
    (".downsample.2.", "its shortcuts begin with an average pool"),
    (".bn3.", "its blocks have three normalisations"),
  ]

  /// Refuses unsupported tensors.
  /// - Throws: `StateDictionaryError` for a tensor of a network that computes something else, or for shortcuts without a
  ///   tensor.
  static func refuse(in names: PlainNames) throws {
    for name in names.rest {
      guard let known = known.first(where: { name.contains($0.part) }) else { continue }
      throw names.error("\(printable(name)): \(known.does), which networks here do not have")
    }
    guard names.contains("layer2.0.conv1.weight"), !names.contains("layer2.0.downsample.0.weight")
    else { return }
    throw names.error(
      "layer2.0: its shortcut has no convolution (He et al.'s option A), as networks here have")
  }

  /// Refuses tensors that remain.
  /// - Throws: `StateDictionaryError` for a tensor of the network or its head that was not taken.
  static func refuseRest(of names: PlainNames, withoutHead: Bool) throws {
    for name in names.rest {
      let first = name.prefix { $0 != "." }
      let isInBody = ["conv1", "bn1"].contains(first) || first.hasPrefix("layer")
      if isInBody {
        throw names.error("\(printable(name)) belongs to no layer of a residual network")
      }
      guard !withoutHead, ["fc", "classifier", "head"].contains(first) else { continue }
      throw names.error(
        "\(printable(name)) belongs to no head of one linear layer: "
          + TransformerStrangers.withoutHead)
    }
  }
}
