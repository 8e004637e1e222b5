// VGG's fused convolution block as a layer.

import Tensors

/// A 3×3 convolution with bias, ReLU and an optional 2×2 max pool, computed by any `ConvolutionBlock`.
final class ConvolutionLayer: Layer {
  private let block: any ConvolutionBlock
  private let linear: LinearMap

  init(_ map: LinearMap, _ block: any ConvolutionBlock) {
    linear = map
    self.block = block
  }

  var outputCount: Int { block.shape.outputCount }
  var maps: [MappedLayer] {
    [
      MappedLayer(
        map: linear, weight: block.weight, bias: block.bias,
        windows: .patches(MapPatches(block.shape)))
    ]
  }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    block.forward(x, images: pass.images, into: y, retaining: pass.retaining)
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    sweep.tap?.listen(to: linear) { gram, sum in
      block.addMoment(
        of: dy, images: sweep.images, repeats: sweep.repeats, with: gram, into: &sum)
    }
    if let use = sweep.use {
      block.backward(dy, images: sweep.rows, into: dx, use)
    } else if let dx {
      block.inputGradient(dy, images: sweep.images, repeats: sweep.repeats, into: dx)
    }
  }
}
