/// What a network asks of its layers.

import Tensors

/// A layer laid out for computing: forward beside one backward. A layer keeps what its backward needs.
protocol Layer: AnyObject {
  /// Floats of one image's output.
  var outputCount: Int { get }
  /// Whether the output is written over the input.
  var isInPlace: Bool { get }
  /// The linear maps that the layer multiplies with, in the network's order.
  var maps: [MappedLayer] { get }
  /// All that it learns or measures, in PyTorch's order.
  var parameters: [Parameter] { get }
  /// Its batch normalisations.
  var norms: [BatchNorm] { get }

  /// x → y of the pass's images.
  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer)

  /// What of a forward pass depends on the layer's map number `map`, as far as to what enters the next of its
  /// maps, or y. The maps before it have had theirs; nothing is dropped, and no backward pass follows.
  func forward(_ x: Buffer, _ pass: ForwardPass, from map: Int, into y: Buffer)

  /// The gradient by the output → gradients of parameters, for the sweep's use; and by the input, if
  /// asked for. Follows a retaining `forward` whose buffers still hold what they held.
  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?)
}

extension Layer {
  var isInPlace: Bool { false }
  /// A layer of one map: the whole pass.
  func forward(_ x: Buffer, _ pass: ForwardPass, from map: Int, into y: Buffer) {
    forward(x, pass, into: y)
  }
  var maps: [MappedLayer] { [] }
  var norms: [BatchNorm] { [] }
  /// Those of its maps.
  var parameters: [Parameter] { maps.flatMap { [$0.weight, $0.bias].compactMap(\.self) } }
}

/// What one forward pass is.
struct ForwardPass {
  let images: Int
  /// Whether a backward pass may follow.
  let retaining: Bool
  /// The stream that dropout draws from; nil: nothing is dropped.
  let dropout: DropoutDraws?
  /// What batch normalisations normalise by: in training the batch's own statistics, else the running ones.
  var statistics = BatchNorm.Statistics.running
}

/// What one backward pass is asked for.
struct Sweep {
  /// Images of the forward pass.
  let images: Int
  /// R gradients of each image: number r·images + i is of image i. 1 where parameters want theirs.
  var repeats = 1
  /// What becomes of the parameters' gradients; nil: they are not formed.
  var use: GradientUse?
  /// What listens to δ of linear maps.
  var tap: GradientTap?

  /// Gradients of all images.
  var rows: Int { repeats * images }
}

/// One step's dropout: every hidden layer draws from a stream of its own.
package struct DropoutDraws: Sendable {
  let seed: UInt64
  let step: Int

  /// - Parameter step: counted over the whole run.
  package init(seed: UInt64, step: Int) {
    self.seed = seed
    self.step = step
  }

  /// The streams that a branch of a transformer's block draws from, for single values and for the whole branch.
  /// Attention is branch 0, the MLP branch 1. There are
  /// at most 64 blocks.
  func streams(block: Int, branch: Int) -> (RandomStream, RandomStream) {
    func stream(_ kind: Int) -> RandomStream {
      RandomStream(
        seed: seed, .dropout, index: step &* 256 &+ (block * 2 + branch) * 2 + kind)
    }
    return (stream(0), stream(1))
  }

  /// A head has at most 8 hidden layers (`Architecture`).
  func stream(layer: Int) -> RandomStream {
    RandomStream(seed: seed, .dropout, index: step &* 8 &+ layer)
  }
}
