/// The unit of the science.

/// A linear map of a network: what has features, what is drawn, and what an AGOP is of. A matrix
/// W [K, d] that one tensor of the state dictionary holds.
package struct LinearMap: Equatable, Sendable {
  /// What of its input one row of W is multiplied with.
  package enum Window: Equatable, Sendable {
    /// All of it.
    case dense
    /// The patch of 3×3 pixels around each position, zeros outside the map.
    case patches
  }

  /// What the map is for.
  package enum Role: Equatable, Sendable {
    /// It makes representations: what initialisers draw.
    case body
    /// It makes logits of them.
    case head
  }

  /// PyTorch's name of the layer, `features.0`.
  package let name: String
  /// Input channels, or units.
  package let inputs: Int
  /// K: filters, or units.
  package let outputs: Int
  package let window: Window
  package let role: Role

  package init(_ name: String, inputs: Int, outputs: Int, window: Window, role: Role) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.window = window
    self.role = role
  }

  /// Elements of a channel that the window holds.
  private var taps: Int { window == .patches ? 9 : 1 }
  /// d: the length of a patch, C·3·3, or the number of inputs.
  package var fanIn: Int { taps * inputs }
  /// K·3·3, or the number of outputs.
  package var fanOut: Int { taps * outputs }

  /// The names of its tensors.
  package var weight: String { name + ".weight" }
  package var bias: String { name + ".bias" }
  /// PyTorch's shape of the weight: [K, C, 3, 3] or [K, inputs].
  package var weightShape: [Int] {
    window == .patches ? [outputs, inputs, 3, 3] : [outputs, inputs]
  }
}
