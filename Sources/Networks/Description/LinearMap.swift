/// A linear map of a network: a matrix W [K, d] that features describe, initialisers draw, and an AGOP is computed for.
///
/// One tensor of the state dictionary holds W, alone or among other rows: the queries of a head are rows of `attn.qkv`.
package struct LinearMap: Equatable, Sendable {
  /// The part of the input that one row of W is multiplied with.
  package enum Window: Equatable, Sendable {
    /// The whole input: the units of an image, or a token.
    case dense
    /// A patch of kernel × kernel pixels around every position, or around positions `stride` pixels apart. It is padded
    /// with zeros.
    case convolution(kernel: Int, stride: Int)
    /// Patches of the given height and width in pixels, which do not overlap.
    case blocks(Int)

    /// A patch of 3×3 pixels around every position.
    package static let patches = Window.convolution(kernel: 3, stride: 1)
  }

  /// The part of the network that a map belongs to.
  package enum Role: Equatable, Sendable {
    /// The body, whose maps compute representations. Initialisers draw them from features.
    case body
    /// The head, which computes logits.
    case head
  }

  /// The position of W in a tensor that has more rows than W.
  package struct Place: Equatable, Sendable {
    /// PyTorch's name of the layer, such as `blocks.0.attn.qkv`.
    package let layer: String
    /// The index of the map's first row in the layer.
    package let first: Int
    /// The number of rows of the layer.
    package let rows: Int

    package init(_ layer: String, first: Int, of rows: Int) {
      (self.layer, self.first, self.rows) = (layer, first, rows)
    }
  }

  /// PyTorch's name of the layer, such as `features.0`, or the name of a part of it, such as `blocks.0.attn.q.2`.
  package let name: String
  /// The number of input channels or units.
  package let inputs: Int
  /// The number K of filters or output units.
  package let outputs: Int
  package let window: Window
  package let role: Role
  /// Whether the layer adds a bias.
  package let hasBias: Bool
  /// The position of W in a larger tensor; nil if W is the whole tensor.
  package let place: Place?
  /// The name of the layer normalisation whose output the map reads, such as `blocks.0.norm1`; nil if there is none. Its
  /// gain can be folded into W, and its bias into the map's bias.
  package let norm: String?
  /// The name of the batch normalisation that follows the map, such as `layer1.0.bn1`; nil if there is none. Its gain can
  /// be folded into W.
  package let batchNorm: String?
  /// Whether the map's output in a residual network, after its batch normalisation, is added to other values before a ReLU
  /// or anything else reads it.
  package let isSummand: Bool
  /// The role of the map in a transformer; nil if the body is not a transformer.
  package let station: TransformerStation?

  package init(
    _ name: String, inputs: Int, outputs: Int, window: Window, role: Role, hasBias: Bool = true,
    place: Place? = nil, norm: String? = nil, batchNorm: String? = nil, isSummand: Bool = false,
    station: TransformerStation? = nil
  ) {
    precondition(norm == nil || hasBias, "a normalisation's bias folds into its readers'")
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.window = window
    self.role = role
    self.hasBias = hasBias
    self.place = place
    self.norm = norm
    self.batchNorm = batchNorm
    self.isSummand = isSummand
    self.station = station
  }

  /// A copy of the map with another number of outputs.
  package func with(outputs: Int) -> LinearMap {
    LinearMap(
      name, inputs: inputs, outputs: outputs, window: window, role: role, hasBias: hasBias,
      place: place, norm: norm, batchNorm: batchNorm, isSummand: isSummand, station: station)
  }

  /// The number of positions in a window: k·k for a convolution or a patch embedding, 1 for a dense layer.
  package var taps: Int { kernel * kernel }
  private var kernel: Int {
    switch window {
    case .dense: 1
    case .convolution(let side, _), .blocks(let side): side
    }
  }
  /// The number d of W's columns: C·k·k, or the number of inputs of a dense layer.
  package var fanIn: Int { taps * inputs }
  /// The fan-out: K·k·k, or the number of outputs of a dense layer.
  package var fanOut: Int { taps * outputs }

  /// The name that all heads share for the same part of a layer, such as `blocks.0.attn.q` for `blocks.0.attn.q.2`; nil if
  /// the map does not belong to one head.
  package var part: String? {
    place == nil ? nil : name.lastIndex(of: ".").map { String(name[..<$0]) }
  }

  /// The name of the layer whose tensors hold the map.
  package var layer: String { place?.layer ?? name }
  /// The name of the tensor that holds W.
  package var weight: String { layer + ".weight" }
  /// The name of the tensor that holds the bias, if the map has one.
  package var bias: String { layer + ".bias" }
  /// The names of the tensors that hold the map.
  package var tensors: [String] { hasBias ? [weight, bias] : [weight] }
  /// The map's rows in these tensors.
  package var rows: Range<Int> {
    let first = place?.first ?? 0
    return first..<first + outputs
  }
  /// PyTorch's shape of W: [K, C, k, k] or [K, inputs].
  package var weightShape: [Int] {
    window == .dense ? [outputs, inputs] : [outputs, inputs, kernel, kernel]
  }
  /// PyTorch's shape of the tensor that holds W.
  package var layerShape: [Int] { [place?.rows ?? outputs] + weightShape.dropFirst() }
}
