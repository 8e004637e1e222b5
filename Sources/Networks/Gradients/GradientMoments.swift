/// D, the second moment of the logits' gradients, from which AGOP is made.

import Tensors

/// D of some linear maps: Σ δδᵀ over images, positions and logits, with δ = ∂logit/∂(output of the map)
/// in R^K, where a batch normalisation follows before it. AGOP = Wᵀ·D·W/(number of terms), for all maps from one backward sweep per logit, where the
/// authors form the Jacobian by every patch (SCIENCE: exact factorisation).
package struct GradientMoments: Sendable {
  /// [K, K] by the map's name; symmetric.
  package internal(set) var sums: [String: Matrix]
  /// Images seen so far.
  package internal(set) var images = 0
  /// Gradients (logits, or sign vectors that stand for all logits) per image.
  package internal(set) var gradientsPerImage = 0
  /// Logits whose squared gradients one gradient's square estimates: 1, or all for a sign vector.
  package internal(set) var logitsPerGradient = 1
  /// Positions per image by the map's name: H·W, or 1 of a dense map.
  package internal(set) var positions: [String: Int]

  /// Whether there is a D of each of these maps.
  package func cover(_ maps: [LinearMap]) -> Bool {
    maps.allSatisfy { sums[$0.name]?.rows == $0.outputs }
  }
}
