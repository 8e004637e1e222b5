/// The architecture of a network, without weights: a body from one of the families, and a head.
package struct Architecture: Equatable, Sendable {
  /// The text form of the body (see `VGG`, `VisionTransformer` and `ResNet`).
  package let name: String
  /// The body: everything before the head.
  let family: any Family
  /// The number of logits.
  package var outputs: Int
  private var shape: HeadShape

  /// The widths of the head's hidden layers.
  package var hidden: [Int] { shape.hidden }
  /// The side of the adaptive average pool's output, in positions.
  package var pooled: Int { shape.pooled }
  /// The probability that a hidden unit of the head is dropped in training, in [0, 1). In a transformer, the probability
  /// that a value of a branch is dropped.
  package var dropout: Float {
    get { shape.dropout }
    set { shape.dropout = newValue }
  }

  /// The number of input channels. A grey image fills all three.
  package static let inputChannels = 3

  /// Parses the text form of a body and adds a head. A parameter that is nil has the family's default.
  ///
  /// - Parameters:
  ///   - name: The text form of the body.
  ///   - outputs: The number of logits.
  ///   - hidden: The widths of the head's hidden layers: [512, 512] in VGG's head for images at their native size,
  ///     [4096, 4096] in torchvision's.
  ///   - pooled: The side of the adaptive average pool's output: 1 in the head for native size, 7 in torchvision's.
  ///   - dropout: The probability of dropout, in [0, 1).
  ///   - side: The height and width of images in pixels. It applies to a body for one size whose text names none.
  /// - Throws: `NetworkError` if no family has the name, or if a number is out of range.
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

  /// Whether the body is a vision transformer.
  package var isTransformer: Bool { transformer != nil }

  /// Whether both networks are of the same family, so that the settings of one's head apply to the other.
  package func isAkin(to other: Architecture) -> Bool {
    type(of: family) == type(of: other.family)
  }

  /// Whether the network has layer normalisations or batch normalisations.
  package var hasNorms: Bool { others.contains { $0.norm != nil } }

  /// The only height and width of images that the network accepts, in pixels. nil means any that the pools leave an output
  /// for.
  package var side: Int? { family.side }

  /// Checks that the network accepts images of this height and width, in pixels.
  /// - Throws: `NetworkError` if it does not.
  func check(side: Int) throws(NetworkError) {
    if let only = family.side, only != side {
      let patch = transformer?.patch ?? 1
      throw NetworkError(
        "images of \(side)×\(side) do not fit \(name), which takes \(only)×\(only)"
          + (side.isMultiple(of: patch)
            ? ": extract-pretrained --side \(side) converts it to that side"
            : ", and \(side) is not divisible by its patch size of \(patch)"))
    }
    let smallest = family.smallestSide
    guard side >= smallest, side <= 4096 else {
      throw NetworkError(
        "images of \(side)×\(side) do not fit \(name), which needs a side of \(smallest) to 4096")
    }
  }

  /// The linear maps of the body, in order. Initialisers draw them from features.
  package var body: [LinearMap] { family.body }

  /// The linear maps of the head, in order. The outputs of the last one are the logits.
  package var head: [LinearMap] { family.head(shape, outputs: outputs) }

  /// The linear maps of the body and the head, in the network's order.
  package var linearMaps: [LinearMap] { body + head }

  /// The name and shape of every parameter: first those that belong to no linear map, then those of the maps in the
  /// network's order.
  package var parameters: [(name: String, shape: [Int])] {
    var seen: Set<String> = []
    let maps = linearMaps.filter { seen.insert($0.layer).inserted }
    return others.map { ($0.name, $0.shape) }
      + maps.flatMap { map in
        let shapes = [map.layerShape, [map.layerShape[0]]]
        return zip(map.tensors, shapes).map { (name: $0, shape: $1) }
      }
  }

  /// The parameters that belong to no linear map: gains, biases and running statistics of normalisations, the class token
  /// and positions.
  package var others: [ParameterShape] { family.others }

  /// The parameters that have gradients: all except running statistics.
  package var learnedParameters: [(name: String, shape: [Int])] {
    let statistics = Set(others.filter(\.isStatistic).map(\.name))
    return parameters.filter { !statistics.contains($0.name) }
  }

  /// The default number of images times gradients in one backward sweep over images of `side`.
  func sweepBatch(side: Int) -> Int { family.sweepBatch(side: side) }

  /// The number of windows of an image of `side` for each map of the body, in order.
  package func positions(side: Int) -> [Int] { family.positions(side: side) }

  /// The index of this body's map that corresponds to map `index` of another network's body; nil if there is none.
  package func partner(of index: Int, in other: Architecture) -> Int? {
    family.partner(of: index, in: other.family)
  }
}
