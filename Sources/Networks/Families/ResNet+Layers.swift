// Layers of residual networks.

import Tensors

extension ResNet {
  func layers(_ architecture: Architecture, side: Int, _ site: BuildingSite) -> [any Layer] {
    let stem = StemLayer(stemMap, pools: stem == .imagenet, side: side, site)
    var side = stem.outputSide
    let plans = residualBlocks.map { block in
      let plan = ResidualBlockLayer.Plan(
        block.maps, scalars: norm == .none ? block.scalars : nil, side: side, images: site.batch)
      side = plan.second.outputHeight
      return plan
    }
    let memory = ResidualMemory(plans, site)
    let blocks = plans.map { ResidualBlockLayer($0, memory, site) }
    let channels = widths.last ?? 1
    let pool = AdaptiveAveragePool(height: side, width: side, channels: channels, side: 1)
    let shift =
      norm == .none ? [ScalarLayer(bias: Self.headBias, count: channels, site)] : []
    let head = architecture.head.map { LinearLayer($0, site) }
    return [stem] + blocks + [AveragePoolLayer(pool)] + shift + head
  }
}
