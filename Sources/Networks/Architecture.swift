/// VGG as a table: what a network is made of, before it has weights.
///
/// Text form, as files hold it: `vgg11` (13, 16, 19), `vgg11@0.25` (every channel count times 0.25),
/// or a table of one's own, `vgg:16,M,32,M`.
public struct Architecture: Equatable, Sendable {
  /// A stage before the head.
  public enum Layer: Equatable, Sendable {
    /// A 3×3 convolution, stride 1, pad 1, with bias and ReLU, and this many filters.
    case convolution(Int)
    /// A 2×2 max pool, stride 2.
    case pool
  }

  /// One convolution with its place: PyTorch's name (`features.0`), channels, and whether a pool follows.
  public struct Convolution: Equatable, Sendable {
    public let name: String
    public let inputs: Int
    public let outputs: Int
    /// Whether a 2×2 max pool follows.
    public let pools: Bool
    /// C·3·3, the length of a patch.
    public var fanIn: Int { 9 * inputs }
    /// K·3·3
    public var fanOut: Int { 9 * outputs }
  }

  /// One fully connected layer (`classifier.0`).
  public struct FullyConnected: Equatable, Sendable {
    public let name: String
    public let inputs: Int
    public let outputs: Int
  }

  public let name: String
  /// Before the head, in order.
  public let layers: [Layer]
  /// Number of logits.
  public var outputs: Int
  /// Widths of the hidden fully connected layers.
  public var hidden: [Int]
  /// Side of the adaptive average pool.
  public var pooled: Int
  /// Probability that a hidden unit is dropped in training, in [0, 1).
  public var dropout: Float

  /// Input channels: grey images are given to all three.
  public static let inputChannels = 3

  /// The paper's tables (Simonyan & Zisserman 2014, configurations A, B, D, E).
  public static let tables: [String: String] = [
    "vgg11": "64,M,128,M,256,256,M,512,512,M,512,512,M",
    "vgg13": "64,64,M,128,128,M,256,256,M,512,512,M,512,512,M",
    "vgg16": "64,64,M,128,128,M,256,256,256,M,512,512,512,M,512,512,512,M",
    "vgg19": "64,64,M,128,128,M,256,256,256,256,M,512,512,512,512,M,512,512,512,512,M",
  ]

  /// - Parameters:
  ///   - hidden: [512, 512] is the head for images at their native size, [4096, 4096] torchvision's.
  ///   - pooled: 1 for the native head, 7 for torchvision's.
  /// - Throws: `NetworkError` if the name is no table or a number is out of range.
  public init(
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
    layers = try Self.parse(name)
  }

  /// `vgg11@0.25`'s layers.
  private static func parse(_ name: String) throws(NetworkError) -> [Layer] {
    let parts = name.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    let known = "vgg11, vgg13, vgg16, vgg19, or a table such as vgg:16,M,32,M"
    guard let base = parts.first, parts.count <= 2 else {
      throw NetworkError("no architecture '\(name)': \(known)")
    }
    guard let table = tables[base] ?? (base.hasPrefix("vgg:") ? String(base.dropFirst(4)) : nil)
    else { throw NetworkError("no architecture '\(name)': \(known)") }
    var width = 1.0
    if parts.count == 2 {
      guard let factor = Double(parts[1]), factor > 0, factor <= 4 else {
        throw NetworkError("the width after @ in '\(name)' is not a number in (0, 4]")
      }
      width = factor
    }
    var layers: [Layer] = []
    for word in table.split(separator: ",") {
      if word == "M" {
        guard case .convolution? = layers.last else {
          throw NetworkError("a pool in '\(name)' does not follow a convolution")
        }
        layers.append(.pool)
      } else {
        guard let channels = Int(word), (1...4096).contains(channels) else {
          throw NetworkError("'\(word)' in '\(name)' is neither M nor 1 to 4096 filters")
        }
        layers.append(.convolution(max(1, Int((Double(channels) * width).rounded()))))
      }
    }
    guard (1...64).contains(layers.count) else {
      throw NetworkError("'\(name)' has no layers, or more than 64")
    }
    return layers
  }

  /// The convolutions with their places, in order.
  public var convolutions: [Convolution] {
    var result: [Convolution] = []
    var (channels, index) = (Self.inputChannels, 0)
    for (i, layer) in layers.enumerated() {
      guard case .convolution(let filters) = layer else {
        index += 1
        continue
      }
      let pools = i + 1 < layers.count && layers[i + 1] == .pool
      result.append(
        Convolution(
          name: "features.\(index)", inputs: channels, outputs: filters, pools: pools))
      channels = filters
      // The convolution and its ReLU.
      index += 2
    }
    return result
  }

  /// Features that the average pool hands to the classifier.
  var flattened: Int { (convolutions.last?.outputs ?? 0) * pooled * pooled }

  /// The head's layers, in order; the last one's outputs are the logits.
  public var fullyConnected: [FullyConnected] {
    var inputs = flattened
    // Each hidden layer is followed by ReLU and dropout.
    return (hidden + [outputs]).enumerated().map { i, width in
      defer { inputs = width }
      return FullyConnected(name: "classifier.\(3 * i)", inputs: inputs, outputs: width)
    }
  }

  /// Every parameter's name and shape, in PyTorch's order.
  public var parameters: [(name: String, shape: [Int])] {
    convolutions.flatMap {
      [
        (name: $0.name + ".weight", shape: [$0.outputs, $0.inputs, 3, 3]),
        (name: $0.name + ".bias", shape: [$0.outputs]),
      ]
    }
      + fullyConnected.flatMap {
        [
          (name: $0.name + ".weight", shape: [$0.outputs, $0.inputs]),
          (name: $0.name + ".bias", shape: [$0.outputs]),
        ]
      }
  }

  /// The smallest side of an image that leaves a map after the last pool.
  var smallestSide: Int { 1 << layers.count { $0 == .pool } }
}
