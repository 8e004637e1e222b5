// Adam with decoupled weight decay.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// AdamW (Loshchilov & Hutter 2019, algorithm 2) as PyTorch computes it: w ← w − ηλw;
/// m ← m + (1−β₁)(g − m); v ← β₂v + (1−β₂)g²; w ← w − η/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε).
package struct AdamW: UpdateRule, Equatable {
  /// η
  package var learningRate: Float
  /// β₁ and β₂: of the mean of the gradient and of its square.
  package var beta1: Float
  package var beta2: Float
  /// ε
  package var epsilon: Float
  /// λ, on parameters that decay (`Parameter.decays`)
  package var weightDecay: Float
  /// t, from 1: the number of this step, for the correction of means that start at zero.
  package var step: Int
  package var gradientScale: Float = 1

  package init(
    learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
    weightDecay: Float = 0.01, step: Int = 1
  ) {
    precondition(step >= 1, "steps are counted from 1")
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.step = step
  }

  /// The means of the gradient and of its square, by PyTorch's names.
  package var slots: [String] { ["exp_avg", "exp_avg_sq"] }

  package mutating func begin(step: Int) {
    precondition(step >= 1, "steps are counted from 1")
    self.step = step
  }

  package func apply(to piece: ParameterPiece) {
    let (w, m, v, g) = (piece.values, piece.first, piece.second, piece.gradient)
    let keep = piece.decays ? 1 - learningRate * weightDecay : 1
    let size = Float(Double(learningRate) / (1 - pow(Double(beta1), Double(step))))
    let root = Float((1 - pow(Double(beta2), Double(step))).squareRoot())
    walk(
      piece.count,
      vector: { i in
        let gradient = (g + i).lanes * gradientScale
        let mean = (m + i).lanes + (gradient - (m + i).lanes) * (1 - beta1)
        let square = (v + i).lanes * beta2 + gradient * gradient * (1 - beta2)
        (m + i).store(mean)
        (v + i).store(square)
        (w + i).store((w + i).lanes * keep - mean * size / (square.squareRoot() / root + epsilon))
      },
      scalar: { i in
        let gradient = g[i] * gradientScale
        let mean = m[i] + (gradient - m[i]) * (1 - beta1)
        let square = v[i] * beta2 + gradient * gradient * (1 - beta2)
        m[i] = mean
        v[i] = square
        w[i] = w[i] * keep - mean * size / (square.squareRoot() / root + epsilon)
      })
  }
}
