/// VGG: convolutions and pools, and a head → layers.

import Tensors

extension Architecture {
  /// The network's layers for images of `side`.
  func layers(side: Int, _ site: BuildingSite) -> [any Layer] {
    var (layers, height) = ([any Layer](), side)
    for convolution in vgg.convolutions {
      let map = convolution.map
      let shape = ConvolutionShape(
        images: site.batch, height: height, width: height, inputs: map.inputs,
        outputs: map.outputs, pools: convolution.pools)
      layers.append(
        ConvolutionLayer(
          map,
          site.algorithm.block(
            shape, path: map.name + ".", pool: site.pool, workspace: site.workspace,
            trains: site.trains)))
      height = shape.outputHeight
    }
    layers.append(
      AveragePoolLayer(
        AdaptiveAveragePool(height: height, width: height, channels: vgg.channels, side: pooled)))
    let head = head
    for (index, map) in head.enumerated() {
      let linear = Linear(
        inputs: map.inputs, outputs: map.outputs, path: map.name + ".", pool: site.pool,
        trains: site.trains)
      layers.append(LinearLayer(map, linear))
      if index + 1 < head.count {
        layers.append(HiddenActivation(count: map.outputs, dropout: dropout, index: index))
      }
    }
    return layers
  }
}
