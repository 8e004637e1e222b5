/// Layer normalisation of tokens, with its parameters.
final class TokenNorm {
  let width: Int
  let epsilon: Double
  /// γ and β [width]
  let gain: Parameter
  let bias: Parameter

  init(_ path: String, width: Int, epsilon: Double) {
    (self.width, self.epsilon) = (width, epsilon)
    gain = Parameter(path + ".weight", shape: [width])
    bias = Parameter(path + ".bias", shape: [width])
  }

  var parameters: [Parameter] { [gain, bias] }

  /// x [rows, width] → y, and of each row what `normalise` and the backward pass need.
  func forward(_ x: Rows, into y: Rows, statistics: Rows) {
    LayerNorm.forward(
      x, gain: gain.rows, shift: bias.rows, epsilon: Float(epsilon), into: y,
      statistics: statistics)
  }

  /// x and what `forward` kept of each row → the same y.
  func normalise(_ x: Rows, statistics: Rows, into y: Rows) {
    LayerNorm.normalise(x, gain: gain.rows, shift: bias.rows, statistics: statistics, into: y)
  }

  /// Adds the gradient with respect to x to `dx`, and those of γ and β to `gradient`.
  func addInputGradient(
    _ dy: Rows, _ x: Rows, statistics: Rows, into dx: Rows, gradient: inout GradientSlices
  ) {
    LayerNorm.backward(
      dy, x, statistics: statistics, gain: gain.rows, into: dx, adds: true,
      gainGradient: gradient.next(1, width: width), shiftGradient: gradient.next(1, width: width))
  }
}
