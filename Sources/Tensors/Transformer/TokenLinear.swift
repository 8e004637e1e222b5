// A linear map of tokens.

/// y = x·Wᵀ + b of rows, a few at a time by one thread: a transformer's work is shared out by image, not by layer.
final class TokenLinear {
  let inputs: Int
  let outputs: Int
  /// [outputs, inputs]
  let weight: Parameter
  /// [outputs]
  let bias: Parameter
  private let packed: PackedMatrix

  /// - Parameters:
  ///   - shape: PyTorch's of the weight, where it is not [outputs, inputs].
  ///   - backward: whether `inputGradient` will be called.
  init(_ path: String, inputs: Int, outputs: Int, shape: [Int]? = nil, backward: Bool) {
    precondition(inputs > 0 && outputs > 0)
    (self.inputs, self.outputs) = (inputs, outputs)
    weight = Parameter(path + ".weight", shape: shape ?? [outputs, inputs])
    bias = Parameter(path + ".bias", shape: [outputs])
    precondition(weight.count == inputs * outputs)
    packed = PackedMatrix(outputs: outputs, inputs: inputs, backward: backward)
  }

  var parameters: [Parameter] { [weight, bias] }

  /// Lays the weight out as it is now, for the passes that follow.
  func prepare(pool: WorkerPool) { packed.pack(weight.rows, pool: pool) }

  /// x [rows, inputs] → y [rows, outputs].
  func forward(_ x: Rows, into y: Rows) {
    Dense.product(x, packed.forward, into: y, bias: bias.rows)
  }

  /// dy [rows, outputs] → dx [rows, inputs] = dy·W.
  func inputGradient(_ dy: Rows, into dx: Rows) { Dense.product(dy, packed.backward, into: dx) }

  /// Adds dyᵀ·x and the sum of dy to the weight's gradient and the bias's.
  func addGradient(_ dy: Rows, _ x: Rows, into gradient: inout GradientSlices) {
    Dense.transposedProduct(dy, x, into: gradient.next(outputs, width: inputs))
    Dense.addColumnSums(dy, into: gradient.next(1, width: outputs))
  }
}
