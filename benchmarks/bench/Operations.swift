/// Floating-point operations as the direct convolution would do them: two a multiply-add, whatever an
/// implementation saves. Per image; bias, ReLU, pooling and SGD are not counted.

import Networks

struct Operations {
  private let convolutions: [(forward: Double, moments: Double)]
  private let head: Double

  init(_ architecture: Architecture, side: Int) {
    convolutions = zip(architecture.body, architecture.positions(side: side)).map {
      map, positions in
      let (pixels, filters, patch) = (Double(positions), Double(map.outputs), Double(map.fanIn))
      return (2 * pixels * filters * patch, 2 * pixels * filters * filters)
    }
    head = architecture.head.reduce(0) { $0 + 2 * Double($1.inputs * $1.outputs) }
  }

  var forward: Double { convolutions.reduce(head) { $0 + $1.forward } }
  /// The images' own gradient is not wanted.
  private var backwardData: Double { forward - (convolutions.first?.forward ?? 0) }
  var train: Double { 2 * forward + backwardData }

  /// One forward pass, and for each logit a backward pass with every layer's δδᵀ.
  func agop(logits: Int) -> Double {
    forward + Double(logits) * convolutions.reduce(backwardData) { $0 + $1.moments }
  }
}
