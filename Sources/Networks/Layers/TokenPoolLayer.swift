// The last normalisation and the pool of a vision transformer as a layer.

import Tensors

/// The last normalisation and the pool: tokens [N, T, d] → the head's input [N, d].
final class TokenPoolLayer: Layer {
  private let tokens: TokenPool

  init(_ tokens: TokenPool) { self.tokens = tokens }

  var outputCount: Int { tokens.width }
  var parameters: [Parameter] { tokens.parameters }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    tokens.forward(x, images: pass.images, into: y)
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    guard let dx else { return }
    tokens.backward(dy, images: sweep.images, repeats: sweep.repeats, use: sweep.use, into: dx)
  }
}
