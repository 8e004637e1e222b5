// The fully connected layer, compared with values computed by hand.

import Tensors
import Testing

struct LinearTests {
  /// A layer with W = [1 2; 3 4; 5 6] and b = [10 20 30], for x = [1 −1; 2 0].
  func layer(threads: Int = 2) -> Linear {
    let layer = Linear(inputs: 2, outputs: 3, pool: WorkerPool(threads: threads), trains: true)
    layer.weight.load([1, 2, 3, 4, 5, 6])
    layer.bias.load([10, 20, 30])
    return layer
  }

  @Test func forwardIsTheProductAndTheBias() {
    let y = Buffer(count: 6)
    layer().forward(Buffer([1, -1, 2, 0]), images: 2, into: y, retaining: false)
    #expect(y.values() == [9, 19, 29, 12, 26, 40])
  }

  @Test func backwardIsTheTransposedProduct() {
    let (layer, dx) = (layer(), Buffer(count: 4))
    layer.forward(Buffer([1, -1, 2, 0]), images: 2, into: Buffer(count: 6), retaining: true)
    layer.backward(Buffer([1, 0, 2, 0, -1, 1]), images: 2, into: dx, .keep)
    // dx is dy W.
    #expect(dx.values() == [11, 14, 2, 2])
    // dW is dyᵀ x, and db is Σ dy.
    #expect(layer.weight.gradient == [1, -1, -2, 0, 4, -2])
    #expect(layer.bias.gradient == [1, -1, 3])
  }

  @Test func appliedGradientsEqualKeptGradients() {
    let (kept, applied) = (layer(), layer(threads: 1))
    let (x, dy) = (Buffer([1, -1, 2, 0]), Buffer([1, 0, 2, 0, -1, 1]))
    let (rule, pool) = (SGD(learningRate: 0.1, nesterov: true), WorkerPool(threads: 2))
    for _ in 0..<2 {
      kept.forward(x, images: 2, into: Buffer(count: 6), retaining: true)
      kept.backward(dy, images: 2, into: nil, .keep)
      for parameter in [kept.weight, kept.bias] { parameter.step(rule, pool: pool) }
      applied.forward(x, images: 2, into: Buffer(count: 6), retaining: true)
      applied.backward(dy, images: 2, into: nil, .apply(rule))
    }
    #expect(kept.weight.values == applied.weight.values)
    #expect(kept.bias.values == applied.bias.values)
    #expect(kept.weight.state(0) == applied.weight.state(0))
    #expect(kept.weight.values != layer().weight.values)
  }
}
