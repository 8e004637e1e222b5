/// A compiled network one convolution at a time: for initialisers that look at a layer's input before
/// they draw its filters, and for measuring what comes before a ReLU.

import Tensors

extension CompiledNetwork {
  /// Of each convolution, in order.
  public var shapes: [ConvolutionShape] { blocks.map(\.shape) }

  /// Input of convolution `layer` [N, H, W, C]: the images, or what the block before has put out.
  public func inputMap(of layer: Int) -> Buffer { layer == 0 ? input : maps[layer - 1] }

  /// Replaces the filters [K, C, 3, 3] and biases [K] of convolution `layer`.
  public func load(layer: Int, weight: [Float], bias: [Float]) {
    blocks[layer].load(weight: weight, bias: bias)
  }

  /// Evaluates convolution `layer` alone, on what `inputMap` holds.
  public func evaluate(layer: Int, images: Int) {
    precondition(images > 0 && images <= batch)
    blocks[layer].forward(
      inputMap(of: layer), images: images, into: maps[layer], retaining: false)
  }

  /// Gradient of the last `backward` by the filters [K, C, 3, 3] of convolution `layer`.
  public func weightGradient(layer: Int) -> [Float] { blocks[layer].gradient.weight }
}
