// D, the second moment of the logits' gradients, from which the AGOP is computed.

import Tensors

/// The matrices D = Σ δδᵀ of some linear maps, summed over images, positions and logits.
///
/// δ = ∂logit/∂(output of the map) is in R^K; where a batch normalisation follows the map, δ is taken before it.
/// AGOP = Wᵀ·D·W/(number of terms). One backward sweep per logit gives D for all maps, while the authors' code forms the
/// Jacobian with respect to every patch.
package struct GradientMoments: Sendable {
  /// D [K, K] by the map's name; symmetric.
  package internal(set) var sums: [String: Matrix]
  /// The number of images added so far.
  package internal(set) var images = 0
  /// The number of gradients per image: logits, or sign vectors that stand for all logits.
  package internal(set) var gradientsPerImage = 0
  /// The number of logits that one gradient stands for: 1, or all of them for a sign vector.
  package internal(set) var logitsPerGradient = 1
  /// The number of positions per image by the map's name: H·W for a convolution, T for a map of tokens, 1 for a dense
  /// layer.
  package internal(set) var positions: [String: Int]

  /// Whether there is a D for each of these maps.
  package func cover(_ maps: [LinearMap]) -> Bool {
    maps.allSatisfy { sums[$0.name]?.rows == $0.outputs }
  }
}
