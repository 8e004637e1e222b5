// The activation of the head's hidden layers.

import Tensors

/// ReLU followed by dropout, in place: what follows each hidden layer of a head.
final class HiddenActivation: Layer {
  let outputCount: Int
  private let dropout: Float
  /// The index of the hidden layer, counted from 0, which selects the random stream of dropout.
  private let index: Int
  private var output: Buffer?
  private var dropped = false

  init(count: Int, dropout: Float, index: Int) {
    outputCount = count
    self.dropout = dropout
    self.index = index
  }

  var isInPlace: Bool { true }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    Activation.forward(
      y, count: pass.images * outputCount, dropout: dropout, pass.dropout?.stream(layer: index))
    output = pass.retaining ? y : nil
    dropped = pass.dropout != nil
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    guard let output else { preconditionFailure("backward without a retaining forward") }
    Activation.backward(
      dy, output: output, count: sweep.images * outputCount, repeats: sweep.repeats,
      dropout: dropped ? dropout : 0)
  }
}
