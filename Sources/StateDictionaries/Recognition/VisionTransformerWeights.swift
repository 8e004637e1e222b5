// A vision transformer found in a state dictionary.

import Networks

/// A vision transformer recognised in a state dictionary, and its weights under timm's names.
package struct VisionTransformerWeights {
  /// What it is made of: sizes from its tensors' shapes, the rest as stated or assumed.
  package let network: VisionTransformer
  /// Number of logits; nil where the file has no head, or where it was not asked for.
  package let outputs: Int?
  package let naming: TransformerNaming
  /// What was completed, folded in or assumed, a line each.
  package let notes: [String]
  /// Tensors of the file that play no part here.
  package let ignored: [String]
  /// Whether the file's network takes images of one channel. Here it takes three, each with a third
  /// of the patch embedding's weights: of grey images it computes the same.
  package let isGrey: Bool
  /// All weights under timm's names. Values that are not finite are refused when they are read.
  package let stateDictionary: StateDictionary

  /// Whether a dictionary has the names of a vision transformer, and not those of a VGG.
  package static func areIn(_ dictionary: StateDictionary) -> Bool {
    let plain = dictionary.tensors.map { StateDictionary.plain($0.name) }
    return TransformerNaming(dictionary) != nil
      && PlainNames.prefixes(of: TorchNaming.first, in: plain).isEmpty
  }

  /// Recognises the names of timm, torchvision and Hugging Face under any prefix; weights stay in the file
  /// until they are asked for. Scales of branches are folded into the layers before them.
  /// - Parameters:
  ///   - stated: what network it is, where the user or the file says so; nil: sizes are the tensors', heads
  ///     as `VisionTransformer.usualHeads` has them, and ε is the program's.
  ///   - withoutHead: whether the head is left out.
  /// - Throws: `StateDictionaryError` naming the tensor that is missing, of another shape, or of a kind of
  ///   network that computes something else.
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
