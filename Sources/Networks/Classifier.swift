/// A network's head, forward beside backward.

import Tensors

/// One step's dropout: every hidden layer draws from a stream of its own.
public struct DropoutDraws: Sendable {
  let seed: UInt64
  let step: Int

  /// - Parameter step: counted over the whole run.
  public init(seed: UInt64, step: Int) {
    self.seed = seed
    self.step = step
  }

  /// A head has at most 8 hidden layers (`Architecture`).
  func stream(layer: Int) -> RandomStream {
    RandomStream(seed: seed, .dropout, index: step &* 8 &+ layer)
  }
}

/// The head: adaptive average pool, then fully connected layers with ReLU and dropout between.
final class Classifier {
  private let averagePool: AdaptiveAveragePool
  private let layers: [Linear]
  private let dropout: Float
  /// Inputs of each layer, and the logits last: [N, width]
  private let values: [Buffer]
  private let gradients: [Buffer]
  private let names: [String]

  init(
    _ architecture: Architecture, height: Int, width: Int, batch: Int, pool: WorkerPool,
    trains: Bool
  ) {
    averagePool = AdaptiveAveragePool(
      height: height, width: width, channels: architecture.convolutions.last?.outputs ?? 0,
      side: architecture.pooled)
    let shapes = architecture.fullyConnected
    names = shapes.map(\.name)
    layers = shapes.map {
      Linear(inputs: $0.inputs, outputs: $0.outputs, pool: pool, trains: trains)
    }
    dropout = architecture.dropout
    let widths = [architecture.flattened] + shapes.map(\.outputs)
    values = widths.map { Buffer(count: batch * $0) }
    gradients = widths.map { Buffer(count: batch * $0) }
  }

  /// [N, outputs]
  var logits: Buffer { values[layers.count] }
  var logitsGradient: Buffer { gradients[layers.count] }

  /// - Parameter draws: whence dropout draws; nil in evaluation.
  func forward(_ map: Buffer, images: Int, retaining: Bool, dropout draws: DropoutDraws?) {
    averagePool.forward(map, images: images, into: values[0])
    for (i, layer) in layers.enumerated() {
      layer.forward(values[i], images: images, into: values[i + 1], retaining: retaining)
      if i + 1 < layers.count {
        Activation.forward(
          values[i + 1], count: images * layer.outputs, dropout: dropout,
          draws?.stream(layer: i))
      }
    }
  }

  /// From `logitsGradient` [N, outputs] to the map's gradient. `dropped`: whether the forward pass
  /// used dropout.
  func backward(images: Int, dropped: Bool, into mapGradient: Buffer) {
    for (i, layer) in layers.enumerated().reversed() {
      layer.backward(gradients[i + 1], images: images, into: gradients[i])
      if i > 0 {
        Activation.backward(
          gradients[i], output: values[i], count: images * layer.inputs,
          dropout: dropped ? dropout : 0)
      }
    }
    averagePool.backward(gradients[0], images: images, into: mapGradient)
  }

  /// As `backward` for `repeats` gradients of the same images' evaluation, without weight gradients.
  func inputGradient(images: Int, repeats: Int, into mapGradient: Buffer) {
    for (i, layer) in layers.enumerated().reversed() {
      layer.inputGradient(gradients[i + 1], images: repeats * images, into: gradients[i])
      if i > 0 {
        Activation.backward(
          gradients[i], output: values[i], count: images * layer.inputs, repeats: repeats,
          dropout: 0)
      }
    }
    averagePool.backward(gradients[0], images: repeats * images, into: mapGradient)
  }

  func update(_ sgd: SGD) { for layer in layers { layer.update(sgd) } }

  var named: [(name: String, layer: Linear)] { Array(zip(names, layers)) }
}
