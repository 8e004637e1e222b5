/// Clipping by the norm of the whole gradient.

import Tensors

extension CompiledNetwork {
  /// Length of the gradient of all parameters together, of the last backward pass that kept it.
  package var gradientNorm: Double { Self.gradientNorm(of: parameters) }

  /// Length of the gradient of some parameters together; those that do not learn have none.
  static func gradientNorm(of parameters: [Parameter]) -> Double {
    parameters.filter(\.learns).reduce(0) { sum, parameter in
      sum + parameter.gradient.reduce(0.0) { $0 + Double($1) * Double($1) }
    }.squareRoot()
  }

  /// `update` with the whole gradient scaled down to the length `clip` where it is longer (Pascanu et
  /// al. 2013; weight decay is added after, as in PyTorch).
  package func update(_ rule: any UpdateRule, clip: Double) {
    var rule = rule
    // PyTorch's 1e-6 keeps a gradient of zeros from being divided by its length.
    rule.gradientScale *= Float(min(1, clip / (gradientNorm + 1e-6)))
    update(rule)
  }
}
