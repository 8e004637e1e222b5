/// How a gradient changes a parameter, as a value.

/// A rule by which a step of training changes parameters, element by element: `SGD`, `AdamW`.
///
/// A rule has no memory of its own: what it keeps of a parameter lies beside it (`Parameter`), so
/// that gradients may be applied piece by piece as they form.
public protocol UpdateRule: Sendable {
  /// How many floats the rule keeps of each element of a parameter: 0, 1 or 2.
  var slots: Int { get }
  /// η, with which this step is made.
  var learningRate: Float { get set }
  /// Every gradient is multiplied by this first (clipping by global norm; 1 otherwise).
  var gradientScale: Float { get set }

  /// One step on one piece.
  func apply(to piece: ParameterPiece)
}

/// Some elements of a parameter beside their gradient and what the rule keeps of them.
public struct ParameterPiece {
  let values: UnsafeMutablePointer<Float>
  let gradient: UnsafePointer<Float>
  /// The rule's first and last slot; a rule looks at as many as it has asked for.
  let first: UnsafeMutablePointer<Float>
  let second: UnsafeMutablePointer<Float>
  let count: Int
  /// Whether decoupled weight decay applies.
  let decays: Bool
}
