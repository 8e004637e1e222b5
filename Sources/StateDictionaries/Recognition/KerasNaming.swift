// The layers of a VGG in files of Keras, recognised by the shapes of their kernels and ordered by their paths: by layer in
// `block1_conv1/…/kernel:0` and the older `block1_conv1_W_1:0`, by number in `layers/conv2d_3/vars/0`.

import Networks

enum KerasNaming {
  /// Finds the layers in a dictionary.
  /// - Parameters:
  ///   - stated: The number of convolutions of each block, if the user states it.
  ///   - withoutHead: Whether only the convolutions are used.
  static func parts(
    _ dictionary: StateDictionary, stated: [Int]?, withoutHead: Bool
  ) throws -> VGGParts {
    var parts = VGGParts()
    var convolutions: [VGGWeights.Layer] = []
    var groups: [String] = []
    for (group, tensors) in layers(of: dictionary) {
      let kernels = tensors.filter { $0.shape.count != 1 }
      let vectors = tensors.filter { $0.shape.count == 1 }
      guard vectors.count < (kernels.isEmpty ? 2 : 3) else {
        throw StateDictionaryError(
          file: dictionary.file,
          problem:
            "\(printable(group)) is a batch normalisation, which is read only with the model's "
            + "configuration (config.json of a .keras, or an .h5 of model.save)")
      }
      if kernels.count == 1, vectors.count == 1, kernels[0].shape.prefix(2) == [3, 3],
        kernels[0].shape.count == 4
      {
        convolutions.append(.init(weight: kernels[0].filtersOfKeras, bias: vectors[0]))
        groups.append(group)
      } else if kernels.count == 1, vectors.count == 1, kernels[0].shape.count == 2, !withoutHead {
        let channels = parts.classifier.isEmpty ? convolutions.last?.weight.shape[0] ?? 1 : 1
        parts.classifier.append(
          .init(weight: kernels[0].rowsOfKeras(channels: channels), bias: vectors[0]))
      } else {
        parts.ignored += tensors.map(\.name)
      }
    }
    let known = VGG.blocks.first { $1.reduce(0, +) == convolutions.count }
    guard let counts = stated ?? known?.value, counts.reduce(0, +) == convolutions.count else {
      throw StateDictionaryError(
        file: dictionary.file,
        problem: "\(convolutions.count) convolutions of 3×3 with bias are no "
          + (stated == nil
            ? "VGG11, 13, 16 or 19: \(VGGParts.stating)" : "network of the stated architecture"))
    }
    if stated == nil, let depth = known?.key {
      let blocks = groups.map(blockNumber)
      if blocks.allSatisfy({ $0 == nil }) {
        parts.notes.append(
          "the file does not say where its pools are: taken as VGG\(depth)'s; --architecture states "
            + "them")
      } else if blocks != zip(1..., counts).flatMap({ [Int?](repeating: $0, count: $1) }) {
        throw StateDictionaryError(
          file: dictionary.file,
          problem: "its blocks of convolutions are not VGG\(depth)'s: \(VGGParts.stating)")
      }
    }
    parts.blocks = counts.map { count in
      defer { convolutions.removeFirst(count) }
      return Array(convolutions.prefix(count))
    }
    return parts
  }

  /// The number after `block` in a group's name, such as 3 in `block3_conv2` and in `block3/layers/conv2d`.
  private static func blockNumber(_ group: String) -> Int? {
    group.split(separator: "/").lazy.compactMap { part in
      part.hasPrefix("block") ? Int(part.dropFirst(5).prefix { $0.isASCII && $0.isNumber }) : nil
    }.first
  }

  /// The tensors of each layer by its group. Convolutions come before linear layers, both in natural order. Tensors of an
  /// optimiser do not count as layers.
  private static func layers(
    of dictionary: StateDictionary
  ) -> [(group: String, tensors: [StoredTensor])] {
    let weights = dictionary.tensors.filter { !$0.name.hasPrefix("optimizer") }
    let groups = Dictionary(grouping: weights) { tensor in
      tensor.name.split(separator: "/").dropLast().joined(separator: "/")
    }
    let layers = groups.map { group, tensors in
      (
        group: group, tensors: tensors, axes: tensors.map(\.shape.count).max() ?? 0,
        order: NaturalOrder(group)
      )
    }
    return layers.sorted { $0.axes != $1.axes ? $0.axes > $1.axes : $0.order < $1.order }
      .map { ($0.group, $0.tensors) }
  }
}
