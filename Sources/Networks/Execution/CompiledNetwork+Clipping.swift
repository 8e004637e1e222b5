// Gradient clipping by global norm.

import Tensors

extension CompiledNetwork {
  /// The global norm of the gradient from the last backward pass that kept gradients: the Euclidean norm over all
  /// parameters.
  package var gradientNorm: Double { Self.gradientNorm(of: parameters) }

  /// The Euclidean norm of the gradient over the given parameters. Parameters that do not learn are ignored.
  static func gradientNorm(of parameters: [Parameter]) -> Double {
    parameters.filter(\.learns).reduce(0) { sum, parameter in
      sum + parameter.gradient.reduce(0.0) { $0 + Double($1) * Double($1) }
    }.squareRoot()
  }

  /// Applies the rule after scaling the gradient down to a global norm of at most `clip` (Pascanu et al. 2013).
  ///
  /// Weight decay is added after the clipping, as in PyTorch.
  package func update(_ rule: any UpdateRule, clip: Double) {
    var rule = rule
    // PyTorch's 1e-6 prevents a division by zero when the gradient is zero.
    rule.gradientScale *= Float(min(1, clip / (gradientNorm + 1e-6)))
    update(rule)
  }
}
