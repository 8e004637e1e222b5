/// Stochastic gradient descent as PyTorch defines it: g ← g + λw; v ← μv + g; w ← w − η·v
/// (Nesterov: w ← w − η·(g + μv)). Velocities start at zero.
package struct SGD: UpdateRule, Equatable {
  /// η
  package var learningRate: Float
  /// μ
  package var momentum: Float
  /// λ, of weights and biases
  package var weightDecay: Float
  package var nesterov: Bool
  package var gradientScale: Float = 1

  package init(
    learningRate: Float, momentum: Float = 0.9, weightDecay: Float = 5e-4, nesterov: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }

  /// The velocity.
  package var slots: [String] { ["momentum"] }

  package func apply(to piece: ParameterPiece) {
    let (w, v, g) = (piece.values, piece.first, piece.gradient)
    walk(
      piece.count,
      vector: { i in
        let weight = (w + i).lanes
        let gradient = (g + i).lanes * gradientScale + weight * weightDecay
        let velocity = (v + i).lanes * momentum + gradient
        (v + i).store(velocity)
        (w + i).store(
          weight - (nesterov ? gradient + velocity * momentum : velocity) * learningRate)
      },
      scalar: { i in
        let gradient = g[i] * gradientScale + w[i] * weightDecay
        let velocity = v[i] * momentum + gradient
        v[i] = velocity
        w[i] -= (nesterov ? gradient + velocity * momentum : velocity) * learningRate
      })
  }
}
