/// A VGG recognised in a state dictionary, and its weights under torchvision's names, without batch
/// normalisation.

public struct VGGWeights {
  /// The weights and bias of one layer.
  public struct Layer {
    /// [out, in, 3, 3] of a convolution, [out, in] of a linear layer.
    public let weight: StoredTensor
    /// [out].
    public let bias: StoredTensor
  }

  /// What the first layer's input channels are in the file.
  public enum InputOrder: String, Sendable, CaseIterable {
    case rgb, bgr
  }

  /// Convolutions, block by block; a pool ends each block.
  public let blocks: [[Layer]]
  /// Linear layers, in order; empty where the file has none, or none that fit.
  public let classifier: [Layer]
  /// Whether batch normalisation was folded in.
  public let batchNormalised: Bool
  /// Tensors of the file that play no part here.
  public let ignored: [String]
  /// Whether the file's network takes images of one channel. Here it takes three, each with a third
  /// of the first layer's weights: of grey images it computes the same.
  public let isGrey: Bool
  /// What was completed to give the network its usual form, a line each.
  public let notes: [String]
  private let file: String

  /// Recognises torchvision's names (with and without batch normalisation, under any prefix),
  /// timm's, and Keras's layers; weights stay in the file until they are asked for.
  /// - Parameter stated: the filters of each convolution, block by block, where the user says what
  ///   network it is; nil: VGG11, 13, 16 or 19 of any width.
  /// - Throws: `StateDictionaryError` naming the tensor that is missing or of another shape.
  public init(
    _ dictionary: StateDictionary, inputOrder: InputOrder = .rgb, stated: [[Int]]? = nil
  ) throws {
    let counts = stated?.map(\.count)
    var parts =
      try [.keras, .kerasArchive].contains(dictionary.format)
      && dictionary["features.0.weight"] == nil
      ? KerasNaming.parts(dictionary, stated: counts)
      : TorchNaming.parts(dictionary, stated: counts)
    for (layer, filters) in zip(parts.blocks.joined(), stated?.flatMap { $0 } ?? [])
    where layer.weight.shape.first != filters {
      throw StateDictionaryError(
        file: dictionary.file,
        problem:
          "\(printable(layer.weight.name)) has shape \(layer.weight.shape), where the stated "
          + "architecture has \(filters) filters")
    }
    if let first = parts.blocks.first?.first, first.weight.shape.dropFirst().first == 1 {
      guard inputOrder == .rgb else {
        throw StateDictionaryError(
          file: dictionary.file, problem: "takes images of one channel, which has no order bgr")
      }
      parts.blocks[0][0] = first.spreadingOneChannel()
      parts.isGrey = true
    }
    if inputOrder == .bgr { parts.blocks[0][0] = parts.blocks[0][0].reversingInputChannels() }
    try self.init(parts, file: dictionary.file)
  }

  /// Checks that each layer takes what the one before gives.
  private init(_ parts: VGGParts, file: String) throws {
    blocks = parts.blocks
    batchNormalised = parts.batchNormalised
    isGrey = parts.isGrey
    notes = parts.notes
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
    let fits = Self.fits(parts.classifier, after: channels)
    classifier = fits ? parts.classifier : []
    let unfit = fits ? [] : parts.classifier.flatMap { [$0.weight.name, $0.bias.name] }
    ignored = parts.ignored + unfit
  }

  /// Whether the linear layers make a chain, and the first takes a square map of the channels.
  private static func fits(_ classifier: [Layer], after channels: Int) -> Bool {
    guard let first = classifier.first?.weight.shape else { return true }
    let side = Int(Double(first[1] / channels).squareRoot())
    let chain = zip(classifier, classifier.dropFirst())
    return side > 0 && side * side * channels == first[1]
      && chain.allSatisfy { $0.weight.shape[0] == $1.weight.shape[1] }
  }

  /// 11, 13, 16 or 19; nil of a table of its own.
  public var depth: Int? {
    let counts = blocks.map(\.count)
    return VGGTable.blocks.first { $1 == counts }?.key
  }

  /// Channels of each convolution's output, block by block.
  public var channels: [[Int]] { blocks.map { $0.map { $0.weight.shape[0] } } }

  /// Side of the square map that the first linear layer takes, 7 in torchvision's; nil without one.
  public var pooled: Int? {
    guard let inputs = classifier.first?.weight.shape[1], let last = channels.last?.last else {
      return nil
    }
    return Int(Double(inputs / last).squareRoot())
  }

  /// `vgg11`; `vgg11@0.25` where every channel count is multiplied; else the table itself,
  /// `vgg:16,M,32,M`, M being a pool.
  public var architecture: String {
    if let depth, let last = channels.last?.last {
      let width = Double(last) / Double(VGGTable.channels[4])
      let scaled = VGGTable.channels.map { max(1, Int((Double($0) * width).rounded())) }
      if zip(channels, scaled).allSatisfy({ block, want in block.allSatisfy { $0 == want } }) {
        return width == 1 ? "vgg\(depth)" : "vgg\(depth)@\(width)"
      }
    }
    return "vgg:" + channels.map { $0.map { "\($0)," }.joined() + "M" }.joined(separator: ",")
  }

  /// A shallower VGG: of each block, the first convolutions, as many as it has. VGG11 takes 1_1,
  /// 2_1, 3_1, 3_2, 4_1, 4_2, 5_1 and 5_2. The classifier stays where it fits, though it was
  /// trained on deeper features.
  /// - Throws: `StateDictionaryError` when a convolution does not take what is left before it.
  public func truncated(to depth: Int) throws -> VGGWeights {
    guard let counts = VGGTable.blocks[depth], counts.count == blocks.count,
      zip(counts, blocks).allSatisfy({ $0 <= $1.count })
    else {
      throw StateDictionaryError(
        file: file, problem: "\(architecture) has not all the convolutions of a VGG\(depth)")
    }
    return try VGGWeights(
      VGGParts(
        blocks: zip(counts, blocks).map { Array($1.prefix($0)) }, classifier: classifier,
        batchNormalised: batchNormalised, ignored: ignored, isGrey: isGrey,
        notes: notes), file: file)
  }

  /// All weights under torchvision's names (`features.0.weight`, …, `classifier.6.bias`). Values
  /// that are not finite are refused when they are read.
  public var stateDictionary: StateDictionary {
    let places = VGGTable.indices(of: blocks.map(\.count)).map { "features.\($0)" }
    let head = classifier.indices.map { "classifier.\(VGGTable.classifierIndex($0))" }
    let layers = Array(blocks.joined()) + classifier
    let tensors = zip(places + head, layers).flatMap { name, layer in
      [finite(layer.weight, name + ".weight"), finite(layer.bias, name + ".bias")]
    }
    return StateDictionary(tensors, file: file)
  }

  private func finite(_ tensor: StoredTensor, _ name: String) -> StoredTensor {
    StoredTensor(name: name, shape: tensor.shape, elementType: tensor.elementType) {
      let values = try tensor.floats()
      guard values.allSatisfy(\.isFinite) else {
        throw StateDictionaryError(
          file: file, problem: "\(printable(tensor.name)) holds values that are not finite")
      }
      return values
    }
  }
}

extension VGGWeights.Layer {
  /// [out, 1, 3, 3] to [out, 3, 3, 3]: on three equal channels the thirds add up to what one had.
  fileprivate func spreadingOneChannel() -> VGGWeights.Layer {
    let weight = weight
    let shape = [weight.shape[0], 3] + weight.shape.dropFirst(2)
    let spread = StoredTensor(name: weight.name, shape: shape, elementType: weight.elementType) {
      let values = try weight.floats()
      let area = values.count / max(weight.shape[0], 1)
      return (0..<weight.shape[0]).flatMap { filter in
        let third = values[(filter * area)..<((filter + 1) * area)].map { $0 / 3 }
        return third + third + third
      }
    }
    return VGGWeights.Layer(weight: spread, bias: bias)
  }

  /// Blue, green, red to red, green, blue, or back.
  fileprivate func reversingInputChannels() -> VGGWeights.Layer {
    let weight = weight
    let flipped = StoredTensor(
      name: weight.name, shape: weight.shape, elementType: weight.elementType
    ) {
      let (filters, inputs) = (weight.shape[0], weight.shape[1])
      let values = try weight.floats()
      let area = values.count / (filters * inputs)
      var result: [Float] = []
      result.reserveCapacity(values.count)
      for filter in 0..<filters {
        for channel in (0..<inputs).reversed() {
          let first = (filter * inputs + channel) * area
          result += values[first..<(first + area)]
        }
      }
      return result
    }
    return VGGWeights.Layer(weight: flipped, bias: bias)
  }
}
