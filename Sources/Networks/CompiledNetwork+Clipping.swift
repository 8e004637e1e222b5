/// Clipping by the norm of the whole gradient.

import Tensors

extension CompiledNetwork {
  /// Length of the gradient of all parameters together, of the last `backward`.
  public var gradientNorm: Double {
    let gradients = gradients
    return architecture.parameters.reduce(0) { $0 + (gradients[$1.name]?.squaredNorm ?? 0) }
      .squareRoot()
  }

  /// `update` with the whole gradient scaled down to the length `clip` where it is longer (Pascanu et
  /// al. 2013; weight decay is added after, as in PyTorch). Costs a copy of the gradient.
  public func update(_ sgd: SGD, clip: Double) {
    var sgd = sgd
    // PyTorch's 1e-6 keeps a gradient of zeros from being divided by its length.
    sgd.gradientScale *= Float(min(1, clip / (gradientNorm + 1e-6)))
    update(sgd)
  }
}
