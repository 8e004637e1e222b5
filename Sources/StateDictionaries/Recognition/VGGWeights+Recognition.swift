// Recognition of the VGG in a state dictionary: by its names, by a configuration, or as the user states.

extension VGGWeights {
  /// Recognises the names of torchvision (with and without batch normalisation, under any prefix) and timm, and the layers
  /// of Keras.
  ///
  /// Weights are read from the file when they are requested. If a Keras file contains the configuration of its model, the
  /// configuration determines the network.
  /// - Parameters:
  ///   - stated: The number of filters of each convolution, block by block, if the user states the network. nil means the
  ///     network of the configuration, or without one VGG11, 13, 16 or 19 of any width.
  ///   - endsInPool: Whether a pool follows the last convolution of the stated network.
  ///   - withoutHead: Whether only the convolutions are used, whatever the head is.
  /// - Throws: `StateDictionaryError` that names a tensor that is missing or has another shape, or a layer that no VGG has.
  package init(
    _ dictionary: StateDictionary, inputOrder: InputOrder = .rgb, stated: [[Int]]? = nil,
    endsInPool: Bool = true, withoutHead: Bool = false
  ) throws {
    let file = dictionary.file
    let counts = stated?.map(\.count)
    let configuration = try dictionary.remarks[KerasConfiguration.remark].flatMap {
      try KerasConfiguration($0, file: file)
    }
    var parts: VGGParts
    if let configuration {
      parts = try KerasNetwork.parts(configuration, dictionary, withoutHead: withoutHead)
      guard counts ?? parts.counts == parts.counts, stated == nil || endsInPool == parts.endsInPool
      else {
        throw StateDictionaryError(
          file: file,
          problem: "its configuration has blocks of \(parts.counts) convolutions"
            + "\(parts.endsInPool ? "" : " and no last pool"), unlike the stated architecture")
      }
    } else {
      parts =
        try [.keras, .kerasArchive].contains(dictionary.format)
        && dictionary[TorchNaming.first] == nil
        ? KerasNaming.parts(dictionary, stated: counts, withoutHead: withoutHead)
        : TorchNaming.parts(dictionary, stated: counts, withoutHead: withoutHead)
      parts.endsInPool = endsInPool
    }
    for (layer, filters) in zip(parts.blocks.joined(), stated?.flatMap { $0 } ?? [])
    where layer.weight.shape.first != filters {
      throw StateDictionaryError(
        file: file,
        problem:
          "\(printable(layer.weight.name)) has shape \(layer.weight.shape), where the stated "
          + "architecture has \(filters) filters")
    }
    if let first = parts.blocks.first?.first, first.weight.shape.dropFirst().first == 1 {
      try inputOrder.refuseForOneChannel(file)
      parts.blocks[0][0].weight = first.weight.spreadingOneChannel()
      parts.isGrey = true
    }
    if inputOrder == .bgr {
      parts.blocks[0][0].weight = parts.blocks[0][0].weight.reversingInputChannels()
    }
    try self.init(parts, file: file)
  }
}
