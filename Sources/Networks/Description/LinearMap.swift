/// The unit of the science.

/// A linear map of a network: what has features, what is drawn, and what an AGOP is of. A matrix
/// W [K, d] that one tensor of the state dictionary holds, or some rows of one: a head's queries are rows
/// of `attn.qkv`.
package struct LinearMap: Equatable, Sendable {
  /// What of its input one row of W is multiplied with.
  package enum Window: Equatable, Sendable {
    /// All of it: the image's units, or a token.
    case dense
    /// The patch of 3×3 pixels around each position, zeros outside the map.
    case patches
    /// Patches of this many pixels high and wide that do not overlap.
    case blocks(Int)
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
  /// nil: the layer is the map.
  package let place: Place?
  /// The layer normalisation that the map reads, `blocks.0.norm1`, if any: its gain and bias fold into W.
  package let norm: String?
  /// Where it stands in a transformer's body; nil: in none.
  package let station: TransformerStation?

  package init(
    _ name: String, inputs: Int, outputs: Int, window: Window, role: Role, place: Place? = nil,
    norm: String? = nil, station: TransformerStation? = nil
  ) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.window = window
    self.role = role
    self.place = place
    self.norm = norm
    self.station = station
  }

  /// Elements of a channel that the window holds.
  private var taps: Int { kernel * kernel }
  private var kernel: Int {
    switch window {
    case .dense: 1
    case .patches: 3
    case .blocks(let side): side
    }
  }
  /// d: the length of a patch, C·3·3, or the number of inputs.
  package var fanIn: Int { taps * inputs }
  /// K·3·3, or the number of outputs.
  package var fanOut: Int { taps * outputs }

  /// What the heads of one layer's same part share, `blocks.0.attn.q` of `blocks.0.attn.q.2`; nil: it is no
  /// head's map.
  package var part: String? {
    place == nil ? nil : name.lastIndex(of: ".").map { String(name[..<$0]) }
  }

  /// The layer whose tensors hold it.
  package var layer: String { place?.layer ?? name }
  /// The names of its tensors.
  package var weight: String { layer + ".weight" }
  package var bias: String { layer + ".bias" }
  /// Its rows in them.
  package var rows: Range<Int> {
    let first = place?.first ?? 0
    return first..<first + outputs
  }
  /// PyTorch's shape of W: [K, C, 3, 3], [K, C, P, P] or [K, inputs].
  package var weightShape: [Int] {
    window == .dense ? [outputs, inputs] : [outputs, inputs, kernel, kernel]
  }
  /// PyTorch's shape of the tensor that holds it.
  package var layerShape: [Int] { [place?.rows ?? outputs] + weightShape.dropFirst() }
}
