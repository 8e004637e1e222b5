/// From tokens to what the head reads, as a layer.

import Tensors

/// Tokens [N, T, d] → what the head reads, [N, d].
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
