// Batch normalisation in evaluation mode is affine, so it folds into the convolution before it:
// γ·(W∗x + b − μ)/√(σ² + ε) + β = (s·W)∗x + (s·(b − μ) + β) with s = γ/√(σ² + ε), by channel.

struct BatchNormalisation {
  /// The gain γ; bias β, mean μ and variance σ² follow. Each is [channels].
  let weight: StoredTensor
  let bias: StoredTensor
  let mean: StoredTensor
  let variance: StoredTensor

  /// The ε of the normalisation. State dictionaries do not state it; torchvision's VGG uses PyTorch's default.
  var epsilon = 1e-5

  /// The convolution equivalent to the given one followed by this normalisation, computed in double precision and rounded
  /// once.
  func folded(into layer: VGGWeights.Layer, file: String) throws -> VGGWeights.Layer {
    let shape = layer.weight.shape
    for tensor in [weight, bias, mean, variance, layer.bias]
    where tensor.shape != Array(shape.prefix(1)) {
      throw StateDictionaryError(
        file: file,
        problem:
          "\(printable(tensor.name)) has shape \(tensor.shape), where \(shape.prefix(1)) fits")
    }
    return VGGWeights.Layer(
      weight: StoredTensor(name: layer.weight.name, shape: shape) {
        let scales = try scales()
        var values = try layer.weight.floats()
        let row = values.count / max(scales.count, 1)
        for (channel, scale) in scales.enumerated() {
          for i in channel * row..<(channel + 1) * row {
            values[i] = Float(Double(values[i]) * scale)
          }
        }
        return values
      },
      bias: StoredTensor(name: layer.bias.name, shape: layer.bias.shape) {
        let (scales, shifts, means) = (try scales(), try bias.floats(), try mean.floats())
        return try layer.bias.floats().enumerated().map { i, value in
          Float(scales[i] * (Double(value) - Double(means[i])) + Double(shifts[i]))
        }
      })
  }

  private func scales() throws -> [Double] {
    zip(try weight.floats(), try variance.floats()).map {
      Double($0) / (Double($1) + epsilon).squareRoot()
    }
  }
}
