// Memory that residual blocks share.

import Tensors

/// What blocks write and no other block reads. Blocks use it one after another, each over the last one's values.
final class ResidualMemory {
  /// What enters the second convolution; nil where a backward pass will read it, so that each block has its own.
  let hidden: Buffer?
  /// The shortcut, where it is no identity.
  let shortcut: Buffer
  /// What the first convolution reads where that is not the block's input; nil where a backward pass will read it.
  let shifted: Buffer?
  /// Two gradients of a block's maps.
  let gradients: (Buffer, Buffer)

  /// - Parameter plans: of all blocks.
  init(_ plans: [ResidualBlockLayer.Plan], _ site: BuildingSite) {
    func buffer(_ count: (ResidualBlockLayer.Plan) -> Int, if isWanted: Bool = true) -> Buffer {
      Buffer(count: isWanted ? site.batch * (plans.map(count).max() ?? 0) : 0)
    }
    hidden = site.differentiates ? nil : buffer { $0.second.inputCount }
    shortcut = buffer { $0.downsample?.outputCount ?? 0 }
    shifted = site.trains ? nil : buffer { $0.scalars == nil ? 0 : $0.first.inputCount }
    // The second also holds the gradient with respect to what the shortcut's convolution reads.
    gradients = (
      buffer({ $0.second.outputCount }, if: site.differentiates),
      buffer(
        { max($0.first.outputCount, $0.downsample?.inputCount ?? 0) }, if: site.differentiates)
    )
  }
}
