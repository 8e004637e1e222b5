// A VGG found in a state dictionary.

import Networks

/// A VGG recognised in a state dictionary, and its weights under torchvision's names, without batch
/// normalisation.
package struct VGGWeights {
  /// The weights and bias of one layer.
  package struct Layer {
    /// [out, in, 3, 3] of a convolution, [out, in] of a linear layer.
    package var weight: StoredTensor
    /// [out].
    package let bias: StoredTensor
  }

  private let parts: VGGParts
  private let file: String

  /// Checks that each layer takes what the one before gives.
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

  /// What keeps the linear layers from being a chain whose first takes a square map of the channels.
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

  /// Convolutions, block by block; a pool ends each block, except the last where `endsInPool` is
  /// false.
  package var blocks: [[Layer]] { parts.blocks }
  /// Whether a pool follows the last convolution.
  package var endsInPool: Bool { parts.endsInPool }
  /// Linear layers, in order; empty where the file has none, or where they were not asked for.
  package var classifier: [Layer] { parts.classifier }
  /// Whether batch normalisation was folded in.
  package var batchNormalised: Bool { parts.batchNormalised }
  /// Tensors and layers of the file that play no part here.
  package var ignored: [String] { parts.ignored }
  /// Whether the file's network takes images of one channel. Here it takes three, each with a third
  /// of the first layer's weights: of grey images it computes the same.
  package var isGrey: Bool { parts.isGrey }
  /// What was completed to give the network its usual form, a line each.
  package var notes: [String] { parts.notes }
  /// Side of the input, where the file says it.
  package var side: Int? { parts.side }
  /// The scale and offset by which the network takes pixels of 0 to 255, where the file says them.
  package var scaling: (scale: Double, offset: Double)? { parts.scaling }
  /// Rate of the dropout behind each hidden layer of the head, where the file says it.
  package var dropout: Double? { parts.dropout }

  /// Channels of each convolution's output, block by block.
  package var channels: [[Int]] { blocks.map { $0.map { $0.weight.shape[0] } } }

  /// Side of the square map that the first linear layer takes, 7 in torchvision's; nil without one.
  package var pooled: Int? {
    guard let inputs = classifier.first?.weight.shape[1], let last = channels.last?.last else {
      return nil
    }
    return Int(Double(inputs / last).squareRoot())
  }

  /// The network without its head.
  package var network: VGG { VGG(filters: channels, endsInPool: endsInPool) }

  /// The text that makes it: `vgg11`, `vgg11@0.25`, `vgg:16,M,32,M`.
  package var architecture: String { network.text }

  /// A shallower VGG: of each block, the first convolutions, as many as it has. VGG11 takes 1_1,
  /// 2_1, 3_1, 3_2, 4_1, 4_2, 5_1 and 5_2. The classifier stays where it fits, though it was
  /// trained on deeper features.
  /// - Throws: `StateDictionaryError` when a convolution does not take what is left before it.
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

  /// All weights under torchvision's names (`features.0.weight`, …, `classifier.6.bias`). Values
  /// that are not finite are refused when they are read.
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
