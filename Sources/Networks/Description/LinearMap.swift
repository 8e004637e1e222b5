/// The unit of the science.

/// A linear map of a network: what has features, what is drawn, and what an AGOP is of. A matrix
/// W [K, d] that one tensor of the state dictionary holds, or some rows of one: a head's queries are rows
/// of `attn.qkv`.
package struct LinearMap: Equatable, Sendable {
  /// What of its input one row of W is multiplied with.
  package enum Window: Equatable, Sendable {
    /// All of it: the image's units, or a token.
    case dense
    /// A patch of `kernel` pixels high and wide around every position, or around those that are `stride` pixels
    /// apart; zeros outside the map.
    case convolution(kernel: Int, stride: Int)
    /// Patches of this many pixels high and wide that do not overlap.
    case blocks(Int)

    /// The patch of 3×3 pixels around each position.
    package static let patches = Window.convolution(kernel: 3, stride: 1)
  }

  /// What the map is for.
  package enum Role: Equatable, Sendable {
    /// It makes representations: what initialisers draw.
    case body
    /// It makes logits of them.
    case head
  }

  /// Where W stands in a tensor with more rows than its own.
  package struct Place: Equatable, Sendable {
    /// PyTorch's name of the layer, `blocks.0.attn.qkv`.
    package let layer: String
    /// The first of the map's rows, and how many rows the layer has.
    package let first: Int
    package let rows: Int

    package init(_ layer: String, first: Int, of rows: Int) {
      (self.layer, self.first, self.rows) = (layer, first, rows)
    }
  }

  /// PyTorch's name of the layer, `features.0`, or one of its parts, `blocks.0.attn.q.2`.
  package let name: String
  /// Input channels, or units.
  package let inputs: Int
  /// K: filters, or units.
  package let outputs: Int
  package let window: Window
  package let role: Role
  /// Whether the layer adds a bias.
  package let hasBias: Bool
  /// nil: the layer is the map.
  package let place: Place?
  /// The layer normalisation that the map reads, `blocks.0.norm1`, if any: its gain and bias fold into W.
  package let norm: String?
  /// The batch normalisation that reads what the map gives, `layer1.0.bn1`, if any: its gain folds into W.
  package let batchNorm: String?
  /// Whether what the map gives is added to what other maps give before a ReLU or anything else reads it.
  package let isSummand: Bool
  /// Where it stands in a transformer's body; nil: in none.
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

  /// The same map with another number of outputs.
  package func with(outputs: Int) -> LinearMap {
    LinearMap(
      name, inputs: inputs, outputs: outputs, window: window, role: role, hasBias: hasBias,
      place: place, norm: norm, batchNorm: batchNorm, isSummand: isSummand, station: station)
  }

  /// Elements of a channel that the window holds.
  package var taps: Int { kernel * kernel }
  private var kernel: Int {
    switch window {
    case .dense: 1
    case .convolution(let side, _), .blocks(let side): side
    }
  }
  /// d: the length of a patch, C·k·k, or the number of inputs.
  package var fanIn: Int { taps * inputs }
  /// K·k·k, or the number of outputs.
  package var fanOut: Int { taps * outputs }

  /// What the heads of one layer's same part share, `blocks.0.attn.q` of `blocks.0.attn.q.2`; nil: it is no
  /// head's map.
  package var part: String? {
    place == nil ? nil : name.lastIndex(of: ".").map { String(name[..<$0]) }
  }

  /// The layer whose tensors hold it.
  package var layer: String { place?.layer ?? name }
  /// The name of the tensor that holds W.
  package var weight: String { layer + ".weight" }
  /// The name of the tensor that holds its bias, where it has one.
  package var bias: String { layer + ".bias" }
  /// The names of its tensors.
  package var tensors: [String] { hasBias ? [weight, bias] : [weight] }
  /// Its rows in them.
  package var rows: Range<Int> {
    let first = place?.first ?? 0
    return first..<first + outputs
  }
  /// PyTorch's shape of W: [K, C, k, k] or [K, inputs].
  package var weightShape: [Int] {
    window == .dense ? [outputs, inputs] : [outputs, inputs, kernel, kernel]
  }
  /// PyTorch's shape of the tensor that holds it.
  package var layerShape: [Int] { [place?.rows ?? outputs] + weightShape.dropFirst() }
}
