// The VGG that a Keras configuration describes, layer by layer, with the weights of each. A layer that a VGG
// does not have is refused by its name and class.

struct KerasNetwork {
  var parts = VGGParts()
  var weights: KerasLayerWeights
  let file: String

  /// The last convolution or linear layer, until its activation follows.
  var pending: (layer: KerasLayer, weights: VGGWeights.Layer, isNormalised: Bool)?
  var block: [VGGWeights.Layer] = []
  var isHead = false
  /// The number of the head's inputs, if the configuration states it.
  var headInputs: Int?
  /// Whether a softmax or sigmoid has ended the network.
  var hasEnded = false
  var isPadded = false
  /// The rate of dropout behind each hidden layer.
  var rates: [Double] = []

  /// The parts of the VGG that a configuration describes.
  /// - Parameter withoutHead: whether only the convolutions are taken.
  static func parts(
    _ configuration: KerasConfiguration, _ dictionary: StateDictionary, withoutHead: Bool
  ) throws -> VGGParts {
    var network = KerasNetwork(dictionary)
    for layer in configuration.layers {
      let isOfHead = network.isHead || headKinds.contains(layer.kind)
      if withoutHead, isOfHead { break }
      do {
        try network.add(layer)
      } catch let error as StateDictionaryError where isOfHead {
        throw StateDictionaryError(
          file: network.file, problem: "\(error.problem); \(VGGParts.withoutHead)")
      }
    }
    return try network.finish(withoutHead: withoutHead)
  }

  private init(_ dictionary: StateDictionary) {
    weights = KerasLayerWeights(dictionary)
    file = dictionary.file
  }

  /// The kinds of layers that begin a head.
  private static let headKinds: Set = [
    "Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "Reshape", "Dense",
  ]

  /// The kinds of layers that change their input only in training.
  private static let inertKinds: Set = [
    "Dropout", "SpatialDropout2D", "GaussianDropout", "AlphaDropout", "GaussianNoise",
    "ActivityRegularization", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom",
    "RandomContrast", "RandomBrightness",
  ]

  private mutating func add(_ layer: KerasLayer) throws {
    if parts.side == nil, isBeginning,
      let shape = layer["batch_shape"] ?? layer["batch_input_shape"]
    {
      parts.side = try side(shape as? [Any] ?? [], of: layer)
    }
    guard !hasEnded || Self.inertKinds.contains(layer.kind) else {
      throw layer.error(in: file, "follows the logits")
    }
    switch layer.kind {
    case "InputLayer": break
    case "Rescaling": try rescale(layer)
    case "ZeroPadding2D": try pad(layer)
    case "Conv2D": try convolve(layer)
    case "BatchNormalization": try normalise(layer)
    case "ReLU", "Activation", "Softmax": try activate(layer)
    case "MaxPooling2D": try pool(layer)
    case "GlobalAveragePooling2D", "Flatten": try flatten(layer)
    case "Dense": try connect(layer)
    case let kind where Self.inertKinds.contains(kind): leaveOut(layer)
    default: throw layer.error(in: file, "is not a layer of a VGG")
    }
  }

  /// Whether no layer has changed the images yet, except for their scale.
  var isBeginning: Bool { pending == nil && !isPadded && block.isEmpty && parts.blocks.isEmpty }

  private mutating func leaveOut(_ layer: KerasLayer) {
    if layer.kind == "Dropout", isHead, pending == nil, let last = rates.indices.last,
      rates[last] == 0, let rate = layer.number("rate"), (0..<1).contains(rate)
    {
      rates[last] = rate
    } else {
      parts.ignored.append("\(printable(layer.name)) (\(layer.kind))")
    }
  }

  // MARK: The end

  private mutating func finish(withoutHead: Bool) throws -> VGGParts {
    if let affine = pending {
      guard isHead else { throw affine.layer.error(in: file, "has no ReLU") }
      parts.classifier.append(affine.weights)
    } else if !parts.classifier.isEmpty {
      throw StateDictionaryError(
        file: file, problem: "its configuration ends in a ReLU; \(VGGParts.withoutHead)")
    }
    if !block.isEmpty {
      parts.blocks.append(block)
      parts.endsInPool = false
    }
    guard !parts.blocks.isEmpty, !isPadded else {
      throw StateDictionaryError(
        file: file,
        problem: parts.blocks.isEmpty
          ? "its configuration has no convolution" : "its configuration ends in a padding")
    }
    parts.dropout = dropout()
    let rest = weights.rest
    if !withoutHead, let strange = rest.first {
      throw StateDictionaryError(
        file: file, problem: "\(printable(strange)) belongs to no layer of its configuration")
    }
    parts.ignored += rest
    return parts
  }

  /// The rate of dropout, which is the same for all hidden layers in a VGG's head.
  private mutating func dropout() -> Double {
    guard let first = rates.first, rates.allSatisfy({ $0 == first }) else {
      if !rates.isEmpty {
        parts.notes.append("its head has different rates of dropout: taken as 0")
      }
      return 0
    }
    return first
  }
}
