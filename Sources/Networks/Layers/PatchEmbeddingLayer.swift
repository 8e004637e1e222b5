// The patch embedding of a vision transformer as a layer.

import Tensors

/// The patch embedding: images [N, side, side, 3] → tokens [N, T, d].
final class PatchEmbeddingLayer: Layer {
  private let embedding: PatchEmbedding
  private let linear: LinearMap

  init(_ map: LinearMap, _ embedding: PatchEmbedding) {
    linear = map
    self.embedding = embedding
  }

  var outputCount: Int { embedding.tokens * embedding.width }
  var maps: [MappedLayer] {
    [
      MappedLayer(
        map: linear, weight: embedding.weight, bias: embedding.bias,
        windows: .blocks(embedding.grid))
    ]
  }
  var parameters: [Parameter] { embedding.parameters }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    embedding.forward(x, images: pass.images, into: y)
  }

  /// Computes gradients of the parameters. The gradient with respect to the images is not computed.
  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    sweep.tap?.listen(to: linear) { gram, sum in
      embedding.addMoment(of: dy, rows: sweep.rows, with: gram, into: &sum)
    }
    if let use = sweep.use { embedding.backward(dy, images: sweep.images, use) }
  }
}
