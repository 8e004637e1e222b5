// A vision transformer found in a state dictionary.

import Networks

/// A vision transformer recognised in a state dictionary, and its weights under timm's names.
package struct VisionTransformerWeights {
  /// The network. Its sizes come from the shapes of tensors, its other settings are stated or assumed.
  package let network: VisionTransformer
  /// The number of logits; nil if the file has no head, or if the head was not requested.
  package let outputs: Int?
  package let naming: TransformerNaming
  /// Notes on what was added, folded or assumed, a line each.
  package let notes: [String]
  /// The names of tensors of the file that are not used.
  package let ignored: [String]
  /// Whether the network in the file reads images with one channel. Here it reads three, each with a third of the patch
  /// embedding's weights, so that the results for grey images are the same.
  package let isGrey: Bool
  /// All weights under timm's names. Reading a value that is not finite throws an error.
  package let stateDictionary: StateDictionary

  /// Whether a dictionary has the names of a vision transformer, and not those of a VGG.
  package static func areIn(_ dictionary: StateDictionary) -> Bool {
    let plain = dictionary.tensors.map { StateDictionary.plain($0.name) }
    return TransformerNaming(dictionary) != nil
      && PlainNames.prefixes(of: TorchNaming.first, in: plain).isEmpty
  }

  /// Recognises the names of timm, torchvision and Hugging Face under any prefix.
  ///
  /// Weights are read from the file when they are requested. Scales of branches are folded into the layers before them.
  /// - Parameters:
  ///   - stated: The network that the user or the file states. If it is nil, sizes come from the tensors, the number of
  ///     heads from `VisionTransformer.usualHeads`, and ε from the program with these names.
  ///   - withoutHead: Whether the head is omitted.
  /// - Throws: `StateDictionaryError` that names a tensor that is missing, has another shape, or belongs to a network that
  ///   computes something else.
  package init(
    _ dictionary: StateDictionary, inputOrder: InputOrder = .rgb,
    stated: VisionTransformer? = nil, withoutHead: Bool = false
  ) throws {
    let naming = TransformerNaming(dictionary) ?? .timm
    var names = try PlainNames(
      dictionary, first: naming.first, inner: naming.inner, of: "vision transformer")
    try TransformerStrangers.refuse(in: names)
    let sizes = try TransformerSizes(names, naming, withoutHead: withoutHead)
    if sizes.channels == 1 { try inputOrder.refuseForOneChannel(dictionary.file) }
    let (network, assumed) = try sizes.network(stated: stated, naming, names)
    var parts = TransformerParts(network, naming, sizes, inputOrder: inputOrder)
    let tensors = try parts.take(from: &names)
    try names.takeFixedPositions(network, naming)
    try TransformerStrangers.refuseRest(of: names, naming, withoutHead: withoutHead)
    if let outputs = sizes.outputs {
      try names.refuseLayer(behindHeadOf: outputs, remedy: TransformerStrangers.withoutHead)
    }
    (self.network, self.naming, outputs) = (network, naming, sizes.outputs)
    (notes, ignored) = (parts.notes + assumed, names.rest)
    isGrey = sizes.channels == 1
    stateDictionary = StateDictionary(tensors, file: dictionary.file)
  }
}
