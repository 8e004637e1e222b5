// Floating-point operations as direct products would do them: two a multiply-add, whatever an
// implementation saves. Per image; biases, activations, normalisation, pooling and updates are not counted.

import Networks

struct Operations {
  private let body: [(forward: Double, moments: Double)]
  private let head: Double
  /// Scores and sums of values, which no linear map has.
  private let attention: Double

  /// - Throws: `NetworkError` if a transformer's name is no text that makes one.
  init(_ architecture: Architecture, side: Int) throws {
    body = zip(architecture.body, architecture.positions(side: side)).map { map, positions in
      let (windows, outputs, inputs) = (Double(positions), Double(map.outputs), Double(map.fanIn))
      return (2 * windows * outputs * inputs, 2 * windows * outputs * outputs)
    }
    head = architecture.head.reduce(0) { $0 + 2 * Double($1.inputs * $1.outputs) }
    guard architecture.isTransformer else {
      attention = 0
      return
    }
    let network = try VisionTransformer(architecture.name)
    attention = Double(4 * network.depth * network.tokens * network.tokens * network.width)
  }

  private var maps: Double { body.reduce(head) { $0 + $1.forward } }
  var forward: Double { maps + attention }
  /// The images' own gradient is not wanted. Attention has a gradient for each of the two factors of its products.
  private var backwardData: Double { maps - (body.first?.forward ?? 0) + 2 * attention }
  var train: Double { forward + maps + backwardData }

  /// One forward pass, and for each logit a backward pass with every map's δδᵀ.
  func agop(logits: Int) -> Double {
    forward + Double(logits) * body.reduce(backwardData) { $0 + $1.moments }
  }
}
