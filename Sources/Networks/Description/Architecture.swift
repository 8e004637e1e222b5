/// What a network is made of, before it has weights: the convolutions of a family, and a head.
package struct Architecture: Equatable, Sendable {
  /// The text that makes it (`VGG`).
  package let name: String
  /// What comes before the head.
  package let vgg: VGG
  /// Number of logits.
  package var outputs: Int
  /// Widths of the hidden fully connected layers.
  package var hidden: [Int]
  /// Side of the adaptive average pool.
  package var pooled: Int
  /// Probability that a hidden unit is dropped in training, in [0, 1).
  package var dropout: Float

  /// Input channels: grey images are given to all three.
  package static let inputChannels = 3

  /// - Parameters:
  ///   - hidden: [512, 512] is the head for images at their native size, [4096, 4096] torchvision's.
  ///   - pooled: 1 for the native head, 7 for torchvision's.
  /// - Throws: `NetworkError` if the name is no table or a number is out of range.
  package init(
    _ name: String, outputs: Int, hidden: [Int] = [512, 512], pooled: Int = 1, dropout: Float = 0.5
  ) throws(NetworkError) {
    guard (1...65_536).contains(outputs) else {
      throw NetworkError("a head has 1 to 65536 outputs, not \(outputs)")
    }
    guard hidden.count <= 8, hidden.allSatisfy({ (1...65_536).contains($0) }) else {
      throw NetworkError("hidden layers are at most 8, of 1 to 65536 units each")
    }
    guard (1...64).contains(pooled) else {
      throw NetworkError("the average pool's side is 1 to 64, not \(pooled)")
    }
    guard dropout >= 0, dropout < 1 else {
      throw NetworkError("dropout is a probability below 1, not \(dropout)")
    }
    self.name = name
    self.outputs = outputs
    self.hidden = hidden
    self.pooled = pooled
    self.dropout = dropout
    vgg = try VGG(name)
  }

  /// Features that the average pool hands to the classifier.
  var flattened: Int { vgg.channels * pooled * pooled }

  /// The linear maps that make representations: what initialisers draw. In order.
  package var body: [LinearMap] { vgg.convolutions.map(\.map) }

  /// The head's, in order; the last one's outputs are the logits.
  package var head: [LinearMap] {
    var inputs = flattened
    return (hidden + [outputs]).enumerated().map { i, width in
      defer { inputs = width }
      return LinearMap(
        Self.headName(i), inputs: inputs, outputs: width, window: .dense, role: .head)
    }
  }

  /// PyTorch's name of fully connected layer `layer`, from 0: ReLU and dropout follow each hidden one.
  package static func headName(_ layer: Int) -> String { "classifier.\(3 * layer)" }

  /// Every linear map, in the network's order.
  package var linearMaps: [LinearMap] { body + head }

  /// Every parameter's name and shape, in PyTorch's order.
  package var parameters: [(name: String, shape: [Int])] {
    linearMaps.flatMap {
      [(name: $0.weight, shape: $0.weightShape), (name: $0.bias, shape: [$0.outputs])]
    }
  }
}
