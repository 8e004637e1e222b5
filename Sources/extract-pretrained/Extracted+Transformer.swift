// A vision transformer that was found in a file: from other programs, and for other images.

import Networks
import Schemas
import StateDictionaries
import Tensors
import Tooling

extension Extracted {
  /// - Parameters:
  ///   - stated: the network, if the user or the file states it.
  ///   - remarks: those of an export of these tools.
  init(
    transformerIn file: StateDictionary, stated: VisionTransformer?, remarks: ExportRemarks?,
    inputOrder: InputOrder?, withoutHead: Bool
  ) throws {
    let weights = try reporting(.data) {
      try VisionTransformerWeights(
        file, inputOrder: inputOrder ?? .rgb, stated: stated, withoutHead: withoutHead)
    }
    let network = weights.network
    Log.say("\(network.text) in \(file.file)")
    Self.report(notes: file.notes + weights.notes, ignored: weights.ignored)
    let labels = Self.labels(
      of: file, holding: network.text,
      withoutHead: weights.outputs == nil
        ? ("token", "its logits are the values of the token that a head would read") : nil)
    var preparation =
      remarks?.preparation
      ?? (weights.isGrey ? .grey : weights.naming.isHuggingFace ? .half : .imageNet)
    preparation.side = network.imageSide
    self.init(
      dictionary: weights.stateDictionary,
      architecture: try naming(file.file) {
        try Architecture(
          network.text, outputs: weights.outputs ?? network.width,
          dropout: remarks?.dropout.map(Float.init))
      },
      preparation: preparation, labels: labels, history: History(), role: "weights",
      isGrey: weights.isGrey, isNormalisationKnown: remarks?.preparation != nil,
      shards: file.shards)
  }

  /// Converts the network for images of another side, and for patches of another size. For other networks than transformers
  /// only the side in the preparation of images changes.
  /// - Throws: `ToolError` if there is no such network.
  mutating func resize(side: Int?, patch: Int?) throws {
    guard let network = architecture.transformer else {
      guard patch == nil else {
        throw ToolError(
          .usage, "--patch is for vision transformers: \(architecture.name) is not one")
      }
      if let side { preparation.side = side }
      return
    }
    let other = try naming(dictionary.file, .usage) {
      try network.resized(side: side ?? network.imageSide, patch: patch ?? network.patch)
    }
    architecture = try naming(dictionary.file) {
      try Architecture(
        other.text, outputs: architecture.outputs, dropout: architecture.dropout)
    }
    preparation.side = other.imageSide
    report(resampling: network, to: other)
    let names = Set(VisionTransformer.resampledNames)
    let tensors = dictionary.tensors.map { tensor in
      guard names.contains(tensor.name) else { return tensor }
      let shape = architecture.parameters.first { $0.name == tensor.name }?.shape ?? tensor.shape
      return StoredTensor(name: tensor.name, shape: shape) {
        let values = Tensor(try tensor.floats(), shape: tensor.shape)
        return network.resample(values, called: tensor.name, for: other).values
      }
    }
    dictionary = StateDictionary(tensors, file: dictionary.file)
  }

  /// Gives tensors the names that they are exported with.
  /// - Throws: `ToolError` if the program whose names are asked for has no such network.
  mutating func rename(_ asked: ExportNaming?) throws {
    guard let network = architecture.transformer else {
      guard asked == nil else {
        throw ToolError(
          .usage, "--naming is for vision transformers: \(architecture.name) is not one")
      }
      return
    }
    guard asked != .torchvision || network.pool == .token else {
      throw ToolError(
        .usage,
        "torchvision's vision transformers read a class token, and \(network.text) the mean of its "
          + "tokens: leave out --naming torchvision")
    }
    let naming = (asked ?? .timm).naming
    if network.epsilon != naming.epsilon {
      Log.say(
        "its epsilon is \(network.epsilon): \(naming.rawValue)'s networks have \(naming.epsilon) unless "
          + "their norm_layer says otherwise")
    }
    dictionary = dictionary.renamed(of: network, as: naming)
  }

  private func report(resampling network: VisionTransformer, to other: VisionTransformer) {
    var parts: [String] = []
    if other.gridSide != network.gridSide, network.positions == .learned {
      parts.append(
        "positions from \(network.gridSide)×\(network.gridSide) to \(other.gridSide)×\(other.gridSide)"
      )
    }
    if other.patch != network.patch {
      parts.append(
        "patch embedding from \(network.patch)×\(network.patch) to \(other.patch)×\(other.patch)")
    }
    if !parts.isEmpty { Log.say("resampled bilinearly: \(parts.joined(separator: ", "))") }
  }
}

extension Network.Preparation {
  /// The preparation of the vision transformers in Hugging Face's files: values from −1 to 1.
  fileprivate static let half = Network.Preparation(
    mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5])
}
