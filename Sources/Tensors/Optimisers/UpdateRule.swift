// How a gradient changes a parameter, as a value.

/// A rule by which a step of training changes parameters, element by element: `SGD`, `AdamW`.
///
/// A rule has no memory of its own: what it keeps of a parameter lies beside it (`Parameter`), so
/// that gradients may be applied piece by piece as they form.
package protocol UpdateRule: Sendable {
  /// What the rule keeps of each element of a parameter, a float each, by the names that files use: at
  /// most two.
  var slots: [String] { get }
  /// η, with which this step is made.
  var learningRate: Float { get set }
  /// Every gradient is multiplied by this first (clipping by global norm; 1 otherwise).
  var gradientScale: Float { get set }

  /// Sets the number of the step that is about to be made, from 1 over the whole run. Most rules do not
  /// depend on it.
  mutating func begin(step: Int)

  /// One step on one piece.
  func apply(to piece: ParameterPiece)
}

extension UpdateRule {
  package mutating func begin(step: Int) {}
}

/// Some elements of a parameter beside their gradient and what the rule keeps of them.
package struct ParameterPiece {
  let values: UnsafeMutablePointer<Float>
  let gradient: UnsafePointer<Float>
  /// The rule's first and last slot; a rule looks at as many as it has asked for.
  let first: UnsafeMutablePointer<Float>
  let second: UnsafeMutablePointer<Float>
  let count: Int
  /// Whether decoupled weight decay applies.
  let decays: Bool
}
