// A VGG found in a state dictionary.

import Networks

/// A VGG recognised in a state dictionary, and its weights under torchvision's names, without batch
/// normalisation.
package struct VGGWeights {
  /// The weights and bias of one layer.
  package struct Layer {
    /// The weight: [out, in, 3, 3] for a convolution, [out, in] for a linear layer.
    package var weight: StoredTensor
    /// The bias [out].
    package let bias: StoredTensor
  }

  private let parts: VGGParts
  private let file: String

  /// Checks that the number of inputs of each layer is the number of outputs of the one before.
  /// - Throws: `StateDictionaryError` that names the first layer that does not fit.
  init(_ parts: VGGParts, file: String) throws {
    self.parts = parts
    self.file = file
    var channels = 3
    for layer in parts.blocks.joined() {
      let shape = layer.weight.shape
      guard shape.count == 4, shape[0] > 0, Array(shape[1...]) == [channels, 3, 3] else {
        throw StateDictionaryError(
          file: file,
          problem: "\(printable(layer.weight.name)) has shape \(shape), where "
            + "[filters, \(channels), 3, 3] is wanted")
      }
      channels = shape[0]
    }
    for layer in parts.blocks.joined() + parts.classifier
    where layer.bias.shape != [layer.weight.shape[0]] {
      throw StateDictionaryError(
        file: file,
        problem: "\(printable(layer.bias.name)) has shape \(layer.bias.shape), where "
          + "[\(layer.weight.shape[0])] is wanted")
    }
    if let fault = Self.fault(of: parts.classifier, after: channels) {
      throw StateDictionaryError(
        file: file, problem: "its head does not fit: \(fault); \(VGGParts.withoutHead)")
    }
  }

  /// The reason why the linear layers are not a chain that begins with a square map of the channels; nil if they are.
  private static func fault(of classifier: [Layer], after channels: Int) -> String? {
    guard let first = classifier.first?.weight else { return nil }
    let side = Int(Double(first.shape[1] / channels).squareRoot())
    guard side > 0, side * side * channels == first.shape[1] else {
      return "\(printable(first.name)) takes \(first.shape[1]) values, not a square map of "
        + "the \(channels) channels of the last convolution"
    }
    let gap = zip(classifier, classifier.dropFirst()).first {
      $0.weight.shape[0] != $1.weight.shape[1]
    }
    return gap.map { before, after in
      "\(printable(after.weight.name)) takes \(after.weight.shape[1]) values, where "
        + "\(printable(before.weight.name)) gives \(before.weight.shape[0])"
    }
  }

  /// The convolutions, block by block. A pool ends each block, except the last if `endsInPool` is false.
  package var blocks: [[Layer]] { parts.blocks }
  /// Whether a pool follows the last convolution.
  package var endsInPool: Bool { parts.endsInPool }
  /// The linear layers, in order. Empty if the file has none, or if they were not requested.
  package var classifier: [Layer] { parts.classifier }
  /// Whether batch normalisation was folded in.
  package var batchNormalised: Bool { parts.batchNormalised }
  /// The names of tensors and layers of the file that are not used.
  package var ignored: [String] { parts.ignored }
  /// Whether the network in the file reads images with one channel. Here it reads three, each with a third of the first
  /// layer's weights, so that the results for grey images are the same.
  package var isGrey: Bool { parts.isGrey }
  /// Notes on what was added to give the network its usual form, a line each.
  package var notes: [String] { parts.notes }
  /// The side of the input in pixels; nil if the file does not state it.
  package var side: Int? { parts.side }
  /// The scale and offset that the network applies to pixels in 0…255; nil if the file does not state them.
  package var scaling: (scale: Double, offset: Double)? { parts.scaling }
  /// The rate of dropout after each hidden layer of the head; nil if the file does not state it.
  package var dropout: Double? { parts.dropout }

  /// The number of output channels of each convolution, block by block.
  package var channels: [[Int]] { blocks.map { $0.map { $0.weight.shape[0] } } }

  /// The side of the square map that the first linear layer reads, 7 in torchvision's networks; nil without a linear layer.
  package var pooled: Int? {
    guard let inputs = classifier.first?.weight.shape[1], let last = channels.last?.last else {
      return nil
    }
    return Int(Double(inputs / last).squareRoot())
  }

  /// The network without its head.
  package var network: VGG { VGG(filters: channels, endsInPool: endsInPool) }

  /// The text that describes the network, such as `vgg11`, `vgg11@0.25` or `vgg:16,M,32,M`.
  package var architecture: String { network.text }

  /// A shallower VGG, made of the first convolutions of each block. VGG11, for example, uses 1_1, 2_1, 3_1, 3_2, 4_1, 4_2,
  /// 5_1 and 5_2.
  ///
  /// The classifier is kept if it fits, although it was trained on deeper features.
  /// - Throws: `StateDictionaryError` if a convolution does not fit the one that is then before it.
  package func truncated(to depth: Int) throws -> VGGWeights {
    guard let counts = VGG.blocks[depth], counts.count == blocks.count, endsInPool,
      zip(counts, blocks).allSatisfy({ $0 <= $1.count })
    else {
      throw StateDictionaryError(
        file: file, problem: "\(architecture) has not all the convolutions of a VGG\(depth)")
    }
    var parts = parts
    parts.blocks = zip(counts, blocks).map { Array($1.prefix($0)) }
    return try VGGWeights(parts, file: file)
  }

  /// All weights under torchvision's names (`features.0.weight`, …, `classifier.6.bias`). Reading a value that is not
  /// finite throws an error.
  package var stateDictionary: StateDictionary {
    let body = network.convolutions.map(\.map.name)
    let head = classifier.indices.map(VGG.headName)
    let layers = Array(blocks.joined()) + classifier
    let tensors = zip(body + head, layers).flatMap { name, layer in
      [
        layer.weight.finite(named: name + ".weight", in: file),
        layer.bias.finite(named: name + ".bias", in: file),
      ]
    }
    return StateDictionary(tensors, file: file)
  }
}
