// The layers of a VGG under the names of torchvision and timm.

import Networks

enum TorchNaming {
  /// The name of the tensor by which a VGG is recognised.
  static let first = "features.0.weight"

  /// Finds the layers in a dictionary.
  /// - Parameters:
  ///   - stated: The number of convolutions of each block, if the user states it.
  ///   - withoutHead: Whether only the convolutions are used.
  static func parts(
    _ dictionary: StateDictionary, stated: [Int]?, withoutHead: Bool
  ) throws -> VGGParts {
    var names = try PlainNames(
      dictionary, first: first, of: "VGG", absent: "VGG or vision transformer")
    var parts = VGGParts()
    let indices = names.indices(of: "features", axes: 4)
    parts.batchNormalised = names.contains("features.1.running_mean")
    let counts = try stated ?? blocks(at: indices, batchNormalised: parts.batchNormalised, names)
    guard counts.reduce(0, +) == indices.count else {
      throw names.error(
        "has \(indices.count) convolutions, where the stated architecture has "
          + "\(counts.reduce(0, +))")
    }
    let isBiased = indices.contains { names.contains("features.\($0).bias") }
    if !isBiased, !parts.batchNormalised {
      parts.notes.append("its convolutions have no bias: taken as 0")
    }
    var convolutions: [VGGWeights.Layer] = []
    for index in indices {
      let name = "features.\(index)"
      let layer = try names.layer(name, biasRequired: isBiased && !parts.batchNormalised)
      guard parts.batchNormalised else {
        convolutions.append(layer)
        continue
      }
      let next = "features.\(index + 1)"
      let normalisation = BatchNormalisation(
        weight: try names.take(next + ".weight"), bias: try names.take(next + ".bias"),
        mean: try names.take(next + ".running_mean"),
        variance: try names.take(next + ".running_var"))
      names.drop(next + ".num_batches_tracked")
      convolutions.append(try normalisation.folded(into: layer, file: dictionary.file))
    }
    parts.blocks = counts.map { count in
      defer { convolutions.removeFirst(count) }
      return Array(convolutions.prefix(count))
    }
    if !withoutHead { parts.classifier = try classifier(&names) }
    let prefixes = ["features."] + (withoutHead ? [] : headPrefixes)
    if let strange = names.rest.first(where: { name in prefixes.contains { name.hasPrefix($0) } }) {
      let remedy = strange.hasPrefix("features.") ? "" : ": \(VGGParts.withoutHead)"
      throw names.error("\(printable(strange)) belongs to no layer of a VGG\(remedy)")
    }
    if let last = parts.classifier.last?.weight.shape.first {
      try names.refuseLayer(behindHeadOf: last, remedy: VGGParts.withoutHead)
    }
    parts.ignored = names.rest
    return parts
  }

  /// The blocks of a known VGG. The indices of layers do not distinguish a pool from dropout.
  private static func blocks(
    at indices: [Int], batchNormalised: Bool, _ names: PlainNames
  ) throws -> [Int] {
    let places = "convolutions at features.\(indices.map(String.init).joined(separator: ", "))"
    guard let counts = VGG.blocks(atPlaces: indices, batchNormalised: batchNormalised) else {
      throw names.error("\(places) are no VGG's by their places: \(VGGParts.stating)")
    }
    guard VGG.blocks.values.contains(counts) else {
      throw names.error(
        "\(places) are no VGG11's, 13's, 16's or 19's, and a gap may be a pool or a dropout: "
          + VGGParts.stating)
    }
    return counts
  }

  /// The prefixes of heads. As among the convolutions, every tensor with these prefixes must have a known role.
  private static let headPrefixes = ["classifier.", "pre_logits.", "head."]

  /// The layers of the classifier: torchvision's `classifier.0`, `.3`, `.6`; a single `classifier`; or timm's convolutions
  /// over the whole map, [4096, 512, 7, 7] and [4096, 4096, 1, 1], which have the memory layout of linear layers.
  private static func classifier(_ names: inout PlainNames) throws -> [VGGWeights.Layer] {
    var layers: [String] = names.indices(of: "classifier", axes: 2).map { "classifier.\($0)" }
    if names.contains("classifier.weight") { layers = ["classifier"] }
    let timm = ["pre_logits.fc1", "pre_logits.fc2", "head.fc"]
    if timm.allSatisfy({ names.contains($0 + ".weight") }) { layers = timm }
    return try layers.map { name in
      let layer = try names.layer(name, biasRequired: true)
      let shape = layer.weight.shape
      guard shape.count == 2 || shape.count == 4, let inputs = elementCount(Array(shape[1...]))
      else { throw names.error("\(name).weight has shape \(shape), where [out, in] is wanted") }
      let flat = [shape[0], inputs]
      return VGGWeights.Layer(
        weight: layer.weight.named(layer.weight.name, shape: flat), bias: layer.bias)
    }
  }
}
