/// What a network is made of, before it has weights: a body of some family, and a head.
package struct Architecture: Equatable, Sendable {
  /// The text that makes the body (`VGG`, `VisionTransformer`, `ResNet`).
  package let name: String
  /// What comes before the head.
  let family: any Family
  /// Number of logits.
  package var outputs: Int
  private var shape: HeadShape

  /// Widths of the hidden fully connected layers.
  package var hidden: [Int] { shape.hidden }
  /// Side of the adaptive average pool.
  package var pooled: Int { shape.pooled }
  /// Probability that a hidden unit is dropped in training, in [0, 1).
  package var dropout: Float {
    get { shape.dropout }
    set { shape.dropout = newValue }
  }

  /// Input channels: grey images are given to all three.
  package static let inputChannels = 3

  /// - Parameters:
  ///   - hidden: [512, 512] is VGG's head for images at their native size, [4096, 4096] torchvision's.
  ///   - pooled: 1 for the native head, 7 for torchvision's.
  ///   - side: height and width of images, for a body that is made for one and whose text names none.
  ///   What is nil is as the family has it.
  /// - Throws: `NetworkError` if the name is of no family or a number is out of range.
  package init(
    _ name: String, outputs: Int, hidden: [Int]? = nil, pooled: Int? = nil, dropout: Float? = nil,
    side: Int? = nil
  ) throws(NetworkError) {
    guard (1...65_536).contains(outputs) else {
      throw NetworkError("a head has 1 to 65536 outputs, not \(outputs)")
    }
    let family: any Family
    if VisionTransformer.isName(name) {
      family = try VisionTransformer(name, side: side)
    } else if ResNet.isName(name) {
      family = try ResNet(name)
    } else {
      family = try VGG(name)
    }
    var shape = family.defaultHead
    shape.hidden = hidden ?? shape.hidden
    shape.pooled = pooled ?? shape.pooled
    shape.dropout = dropout ?? shape.dropout
    guard shape.dropout >= 0, shape.dropout < 1 else {
      throw NetworkError("dropout is a probability below 1, not \(shape.dropout)")
    }
    try family.check(shape)
    self.name = family is VGG ? name : family.text
    self.family = family
    self.outputs = outputs
    self.shape = shape
  }

  package static func == (one: Architecture, other: Architecture) -> Bool {
    one.name == other.name && one.outputs == other.outputs && one.shape == other.shape
  }

  /// Whether its body is a transformer's.
  package var isTransformer: Bool { transformer != nil }

  /// Whether another network is of the same family, so that settings of its head apply to this one too.
  package func isAkin(to other: Architecture) -> Bool {
    type(of: family) == type(of: other.family)
  }

  /// Whether something in its body is normalised.
  package var hasNorms: Bool { others.contains { $0.norm != nil } }

  /// The only height and width of images that it takes; nil: any that its pools leave something of.
  package var side: Int? { family.side }

  /// - Throws: `NetworkError` if it takes no images of this height and width.
  func check(side: Int) throws(NetworkError) {
    if let only = family.side, only != side {
      let patch = transformer?.patch ?? 1
      throw NetworkError(
        "images of \(side)×\(side) do not fit \(name), which takes \(only)×\(only)"
          + (side.isMultiple(of: patch)
            ? ": extract-pretrained --side \(side) makes it one for them"
            : ", and \(side) is not divisible by its patch size of \(patch)"))
    }
    let smallest = family.smallestSide
    guard side >= smallest, side <= 4096 else {
      throw NetworkError(
        "images of \(side)×\(side) do not fit \(name), which needs a side of \(smallest) to 4096")
    }
  }

  /// The linear maps that make representations: what initialisers draw. In order.
  package var body: [LinearMap] { family.body }

  /// The head's, in order; the last one's outputs are the logits.
  package var head: [LinearMap] { family.head(shape, outputs: outputs) }

  /// Every linear map, in the network's order.
  package var linearMaps: [LinearMap] { body + head }

  /// Every parameter's name and shape: of what belongs to no linear map first, then in the network's order.
  package var parameters: [(name: String, shape: [Int])] {
    var seen: Set<String> = []
    let maps = linearMaps.filter { seen.insert($0.layer).inserted }
    return others.map { ($0.name, $0.shape) }
      + maps.flatMap { map in
        let shapes = [map.layerShape, [map.layerShape[0]]]
        return zip(map.tensors, shapes).map { (name: $0, shape: $1) }
      }
  }

  /// What belongs to no linear map: normalisations with their statistics, tokens, positions.
  package var others: [ParameterShape] { family.others }

  /// The parameters that training changes by their gradients: all but statistics.
  package var learnedParameters: [(name: String, shape: [Int])] {
    let statistics = Set(others.filter(\.isStatistic).map(\.name))
    return parameters.filter { !statistics.contains($0.name) }
  }

  /// Images times gradients of one backward sweep, where nothing else is asked for.
  func sweepBatch(side: Int) -> Int { family.sweepBatch(side: side) }

  /// How many windows of an image of `side` each map of the body multiplies, in order.
  package func positions(side: Int) -> [Int] { family.positions(side: side) }

  /// The map of this body at the place that map `index` of another network's body has there; nil: none.
  package func partner(of index: Int, in other: Architecture) -> Int? {
    family.partner(of: index, in: other.family)
  }
}
