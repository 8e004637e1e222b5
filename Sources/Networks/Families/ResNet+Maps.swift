// Residual networks: their linear maps and other parameters, under torchvision's names.

extension ResNet {
  static let headName = "fc"

  /// Where a block stands, and its sizes.
  struct Block {
    /// `layer1.0`
    let name: String
    let inputs: Int
    let outputs: Int
    /// The stride of the first convolution and of the shortcut's.
    let stride: Int
    let norm: Norm

    /// Whether the shortcut has a convolution of its own: where the block's output is of another size than its input.
    var hasDownsample: Bool { stride != 1 || inputs != outputs }

    /// conv1, conv2 and the shortcut's convolution, if any.
    var maps: [LinearMap] {
      let convolutions = [
        ResNet.convolution(
          name + ".conv1", inputs, outputs, kernel: 3, stride: stride, norm: batchNorm("bn1")),
        ResNet.convolution(
          name + ".conv2", outputs, outputs, kernel: 3, norm: batchNorm("bn2"), isSummand: true),
      ]
      guard hasDownsample else { return convolutions }
      return convolutions + [
        ResNet.convolution(
          name + ".downsample.0", inputs, outputs, kernel: 1, stride: stride,
          norm: batchNorm("downsample.1"), isSummand: true)
      ]
    }

    /// The full name of a batch normalisation; nil if the network has none.
    private func batchNorm(_ last: String) -> String? {
      norm == .batch ? "\(name).\(last)" : nil
    }

    /// The scalars of a block without batch normalisation.
    var scalars: Scalars { Scalars(block: name) }
  }

  /// The blocks in the network's order.
  var residualBlocks: [Block] {
    let widths = widths
    var inputs = widths.first ?? 1
    return zip(blocks, widths).enumerated().flatMap { stage, sizes in
      (0..<sizes.0).map { index in
        defer { inputs = sizes.1 }
        return Block(
          name: "layer\(stage + 1).\(index)", inputs: inputs, outputs: sizes.1,
          stride: stage > 0 && index == 0 ? 2 : 1, norm: norm)
      }
    }
  }

  /// The first convolution.
  var stemMap: LinearMap {
    let (kernel, stride) = stem == .imagenet ? (7, 2) : (3, 1)
    return Self.convolution(
      "conv1", Architecture.inputChannels, widths.first ?? 1, kernel: kernel, stride: stride,
      norm: norm == .batch ? "bn1" : nil)
  }

  fileprivate static func convolution(
    _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, norm: String?,
    isSummand: Bool = false
  ) -> LinearMap {
    LinearMap(
      name, inputs: inputs, outputs: outputs, window: .convolution(kernel: kernel, stride: stride),
      role: .body, hasBias: false, batchNorm: norm, isSummand: isSummand)
  }

  /// Height and width of a map after a convolution or pool of this stride, with as many rings of zeros around as keep
  /// stride 1 from changing the size.
  static func side(_ side: Int, after stride: Int) -> Int { (side - 1) / stride + 1 }
}

extension ResNet: Family {
  var side: Int? { nil }
  /// Strides round up, so that something is always left.
  var smallestSide: Int { 1 }
  var defaultHead: HeadShape { HeadShape(hidden: [], pooled: 1, dropout: 0) }

  func check(_ head: HeadShape) throws(NetworkError) {
    guard head.hidden.isEmpty, head.pooled == 1, head.dropout == 0 else {
      throw NetworkError(
        "a residual network's head is one linear layer behind the mean of its last map: no hidden"
          + " layers, no other pool, no dropout")
    }
  }

  package var body: [LinearMap] { [stemMap] + residualBlocks.flatMap(\.maps) }

  func head(_ shape: HeadShape, outputs: Int) -> [LinearMap] {
    [
      LinearMap(
        Self.headName, inputs: widths.last ?? 1, outputs: outputs, window: .dense, role: .head)
    ]
  }

  var others: [ParameterShape] {
    guard norm == .batch else {
      return [ParameterShape(Self.stemBias, [1], scalarOf: stemMap.name)]
        + residualBlocks.flatMap(\.scalars.parameters)
        + [ParameterShape(Self.headBias, [1], scalarOf: Self.headName)]
    }
    return body.flatMap { map -> [ParameterShape] in
      guard let norm = map.batchNorm else { return [] }
      let learned = ["weight", "bias"].map { ParameterShape("\(norm).\($0)", [map.outputs]) }
      let statistics = ["running_mean", "running_var"].map {
        ParameterShape("\(norm).\($0)", [map.outputs], isStatistic: true)
      }
      return learned + statistics
    }
  }

  func positions(side: Int) -> [Int] {
    var side = Self.side(side, after: stem == .imagenet ? 2 : 1)
    var positions = [side * side]
    if stem == .imagenet { side = Self.side(side, after: 2) }
    for block in residualBlocks {
      side = Self.side(side, after: block.stride)
      positions += [Int](repeating: side * side, count: block.maps.count)
    }
    return positions
  }

  /// A quarter of a gigabyte for the gradients of the widest maps.
  func sweepBatch(side: Int) -> Int {
    let largest = zip(body, positions(side: side)).map { $0.outputs * $1 }.max() ?? 1
    return max(16, min(512, (1 << 23) / largest))
  }

  /// The map of the same name, if its patches have the same size.
  func partner(of index: Int, in other: any Family) -> Int? {
    guard let other = other as? ResNet, other.body.indices.contains(index) else { return nil }
    let theirs = other.body[index]
    return body.firstIndex { $0.name == theirs.name && $0.window == theirs.window }
  }
}
