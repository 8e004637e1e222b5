// The adaptive average pool as a layer.

import Tensors

/// The adaptive average pool between VGG's convolutions and its head: maps [N, H, W, C] → features [N, C·P·P].
final class AveragePoolLayer: Layer {
  private let pool: AdaptiveAveragePool

  init(_ pool: AdaptiveAveragePool) { self.pool = pool }

  var outputCount: Int { pool.channels * pool.side * pool.side }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    pool.forward(x, images: pass.images, into: y)
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    if let dx { pool.backward(dy, images: sweep.rows, into: dx) }
  }
}
