// Which VGG a state dictionary holds: by the naming of its format, a configuration, or the user's word.

extension VGGWeights {
  /// Recognises torchvision's names (with and without batch normalisation, under any prefix),
  /// timm's, and Keras's layers; weights stay in the file until they are asked for. Where a Keras
  /// file holds its model's configuration, the network is what that says.
  /// - Parameters:
  ///   - stated: the filters of each convolution, block by block, where the user says what network
  ///     it is; nil: what a configuration says, else VGG11, 13, 16 or 19 of any width.
  ///   - endsInPool: whether a pool follows the last convolution of what is stated.
  ///   - withoutHead: whether only the convolutions are taken, whatever the head is.
  /// - Throws: `StateDictionaryError` naming the tensor that is missing or of another shape, or the
  ///   layer that no VGG has.
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
