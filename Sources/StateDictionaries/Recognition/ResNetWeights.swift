// A residual network found in a state dictionary.

import Networks

/// A residual network recognised in a state dictionary, and its weights under torchvision's names: batch normalisations with
/// their running statistics, or the scalars of Fixup's networks.
package struct ResNetWeights {
  package let network: ResNet
  /// The number of logits; nil if the file has no head, or if the head was not requested.
  package let outputs: Int?
  /// Notes on what was assumed, a line each.
  package let notes: [String]
  /// The names of tensors of the file that are not used.
  package let ignored: [String]
  /// Whether the network in the file reads images with one channel. Here it reads three, each with a third of the first
  /// convolution's weights, so that the results for grey images are the same.
  package let isGrey: Bool
  /// All weights under torchvision's names. Reading a value that is not finite throws an error.
  package let stateDictionary: StateDictionary

  /// The name of the tensor by which a residual network is recognised.
  private static let first = "layer1.0.conv1.weight"

  /// Whether a dictionary has the names of a residual network.
  package static func areIn(_ dictionary: StateDictionary) -> Bool {
    let plain = dictionary.tensors.map { StateDictionary.plain($0.name) }
    return !PlainNames.prefixes(of: first, in: plain).isEmpty
  }

  /// Recognises the names of torchvision and timm, those of common networks for CIFAR (`shortcut.0` for `downsample.0`,
  /// `linear` for `fc`), and those of Fixup's authors (`downsample` for `downsample.0`), under any prefix.
  ///
  /// Weights are read from the file when they are requested.
  /// - Parameters:
  ///   - stated: The network that the user or the file states; nil if neither does.
  ///   - withoutHead: Whether the head is omitted.
  /// - Throws: `StateDictionaryError` that names a tensor that is missing, has another shape, or belongs to a network that
  ///   computes something else.
  package init(
    _ dictionary: StateDictionary, inputOrder: InputOrder = .rgb, stated: ResNet? = nil,
    withoutHead: Bool = false
  ) throws {
    var names = try PlainNames(
      dictionary.withTorchvisionsNames, first: Self.first, of: "residual network")
    try ResNetStrangers.refuse(in: names)
    let (network, channels, notes) = try Self.network(in: names, stated: stated)
    if channels == 1 { try inputOrder.refuseForOneChannel(dictionary.file) }
    let head = names.contains("fc.weight") && !withoutHead ? try names.shape("fc.weight") : nil
    if let head, head.count != 2 || head[0] < 1 {
      throw names.error("fc.weight has shape \(head), where [outputs, features] is wanted")
    }
    outputs = head?[0]
    (self.network, self.notes, isGrey) = (network, notes, channels == 1)
    var tensors: [StoredTensor] = []
    let architecture: Architecture
    do { architecture = try Architecture(network.text, outputs: outputs ?? 1) } catch {
      throw names.error(error.description)
    }
    let ofHead = Set(architecture.head.flatMap(\.tensors))
    for (name, shape) in architecture.parameters where outputs != nil || !ofHead.contains(name) {
      tensors.append(
        try Self.tensor(name, shape, channels: channels, inputOrder, from: &names))
    }
    for norm in architecture.body.compactMap(\.batchNorm) {
      names.drop(norm + ".num_batches_tracked")
    }
    try ResNetStrangers.refuseRest(of: names, withoutHead: withoutHead)
    if let outputs {
      try names.refuseLayer(behindHeadOf: outputs, remedy: TransformerStrangers.withoutHead)
    }
    ignored = names.rest
    stateDictionary = StateDictionary(tensors, file: dictionary.file)
  }

  /// The network that these tensors belong to, and the number of channels of its images.
  private static func network(
    in names: PlainNames, stated: ResNet?
  ) throws -> (ResNet, channels: Int, notes: [String]) {
    let first = try names.shape("conv1.weight")
    guard first.count == 4, [1, 3].contains(first[1]), first[2] == first[3],
      let stem: ResNet.Stem = [7: .imagenet, 3: .cifar][first[2]]
    else {
      throw names.error(
        "conv1.weight has shape \(first), where [filters, 3, 7, 7] or [filters, 3, 3, 3] is wanted")
    }
    let stages = (1...).prefix { names.contains("layer\($0).0.conv1.weight") }
    let blocks = stages.map { names.count(of: "layer\($0).") }
    let widths = try stages.map { try names.shape("layer\($0).0.conv1.weight").first ?? 0 }
    let norm: ResNet.Norm = names.contains("layer1.0.bias1a") ? .none : .batch
    guard let network = ResNet(blocks: blocks, widths: widths, stem: stem, norm: norm) else {
      throw names.error(
        "has stages of \(blocks) blocks and \(widths) filters: no ResNet-18 or -34, and none for"
          + " CIFAR of depth 6n + 2")
    }
    guard stated == nil || stated == network else {
      throw names.error(
        "holds \(network.text), which is not the stated \(stated?.text ?? "")")
    }
    let isAssumed = stem == .cifar && blocks.count > 3 && stated == nil
    return (
      network, first[1],
      isAssumed ? ["its first convolution of 3×3 is taken with stride 1 and no pool behind it"] : []
    )
  }

  private static func tensor(
    _ name: String, _ shape: [Int], channels: Int, _ inputOrder: InputOrder,
    from names: inout PlainNames
  ) throws -> StoredTensor {
    var wanted = shape
    let isFirst = name == "conv1.weight"
    if isFirst { wanted[1] = channels }
    let tensor = try names.take(name)
    guard tensor.shape == wanted else {
      throw names.error("\(printable(name)) has shape \(tensor.shape), where \(wanted) is wanted")
    }
    let file = names.file
    var finite = tensor.finite(named: name, in: file)
    if isFirst, channels == 1 { finite = finite.spreadingOneChannel() }
    if isFirst, inputOrder == .bgr { finite = finite.reversingInputChannels() }
    guard name.hasSuffix(".running_var") else { return finite }
    return StoredTensor(name: name, shape: shape) {
      let values = try finite.floats()
      guard values.allSatisfy({ $0 >= 0 }) else {
        throw StateDictionaryError(
          file: file, problem: "\(printable(name)) holds a variance below 0")
      }
      return values
    }
  }
}

extension StateDictionary {
  /// The dictionary with the tensors of shortcuts and head under torchvision's names.
  fileprivate var withTorchvisionsNames: StateDictionary {
    let hasHead = tensors.contains { $0.name.hasSuffix("fc.weight") }
    let renamed = tensors.map { tensor in
      var parts = tensor.name.split(separator: ".", omittingEmptySubsequences: false)
      if let place = parts.firstIndex(of: "shortcut"), place > 0 { parts[place] = "downsample" }
      if parts.suffix(2) == ["downsample", "weight"] { parts.insert("0", at: parts.count - 1) }
      if !hasHead, parts.count >= 2, parts[parts.count - 2] == "linear" {
        parts[parts.count - 2] = "fc"
      }
      return tensor.named(parts.joined(separator: "."))
    }
    return StateDictionary(renamed, format: format, file: file, notes: notes, remarks: remarks)
  }
}
