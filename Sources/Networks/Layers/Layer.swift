// The interface between a network and its layers.

import Tensors

/// A layer of a compiled network. It keeps what its backward pass needs from the forward pass.
protocol Layer: AnyObject {
  /// The number of values in one image's output.
  var outputCount: Int { get }
  /// Whether the output overwrites the input.
  var isInPlace: Bool { get }
  /// The linear maps of the layer, in the network's order.
  var maps: [MappedLayer] { get }
  /// The parameters and running statistics of the layer, in PyTorch's order.
  var parameters: [Parameter] { get }
  /// The batch normalisations of the layer.
  var norms: [BatchNorm] { get }

  /// Computes the output y from the input x for the images of the pass.
  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer)

  /// Computes the part of a forward pass that starts at the layer's map number `map`. It ends with the input of the
  /// layer's next map, or with y if there is none.
  ///
  /// The parts for the maps before it must have been computed. Nothing is dropped, and no backward pass may follow.
  func forward(_ x: Buffer, _ pass: ForwardPass, from map: Int, into y: Buffer)

  /// Computes the gradients of the layer from the gradient `dy` with respect to its output.
  ///
  /// Gradients of parameters are used as the sweep says. The gradient with respect to the input is written to `dx` unless
  /// that is nil. A retaining `forward` must have come before, and its buffers must be unchanged.
  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?)
}

extension Layer {
  var isInPlace: Bool { false }
  /// Computes the whole pass, as is right for a layer with one map.
  func forward(_ x: Buffer, _ pass: ForwardPass, from map: Int, into y: Buffer) {
    forward(x, pass, into: y)
  }
  var maps: [MappedLayer] { [] }
  var norms: [BatchNorm] { [] }
  /// The weights and biases of the layer's maps.
  var parameters: [Parameter] { maps.flatMap { [$0.weight, $0.bias].compactMap(\.self) } }
}

/// The settings of a forward pass.
struct ForwardPass {
  /// The number of images.
  let images: Int
  /// Whether a backward pass may follow.
  let retaining: Bool
  /// The random draws of dropout; nil means no dropout.
  let dropout: DropoutDraws?
  /// The statistics that batch normalisations use: those of the batch in training, otherwise the running ones.
  var statistics = BatchNorm.Statistics.running
}

/// The settings of a backward pass.
struct Sweep {
  /// The number of images in the forward pass.
  let images: Int
  /// The number R of gradients per image. Gradient r of image i is in row r·images + i. It must be 1 if gradients of
  /// parameters are computed.
  var repeats = 1
  /// The use of the parameters' gradients; nil means that they are not computed.
  var use: GradientUse?
  /// The accumulator of δ for linear maps; nil means none.
  var tap: GradientTap?

  /// The number of gradients of all images together.
  var rows: Int { repeats * images }
}

/// The random draws of dropout in one training step. Every hidden layer and every branch has its own random stream.
package struct DropoutDraws: Sendable {
  let seed: UInt64
  let step: Int

  /// Makes the draws of one step.
  /// - Parameter step: The step, counted over the whole run.
  package init(seed: UInt64, step: Int) {
    self.seed = seed
    self.step = step
  }

  /// The random streams for a branch of a transformer's block: one for dropout of single values, one for drop-path.
  ///
  /// Attention is branch 0, the MLP is branch 1. There are at most 64 blocks, so the streams of two steps differ.
  func streams(block: Int, branch: Int) -> (RandomStream, RandomStream) {
    func stream(_ kind: Int) -> RandomStream {
      RandomStream(
        seed: seed, .dropout, index: step &* 256 &+ (block * 2 + branch) * 2 + kind)
    }
    return (stream(0), stream(1))
  }

  /// The random stream for a hidden layer of the head. A head has at most 8 hidden layers, so the streams of two steps
  /// differ.
  func stream(layer: Int) -> RandomStream {
    RandomStream(seed: seed, .dropout, index: step &* 8 &+ layer)
  }
}
