// How a residual network begins, as a layer.

import Tensors

/// Images [N, side, side, 3] → maps: a convolution, its batch normalisation or bias, ReLU, and for ImageNet a 3×3 max pool
/// of stride 2.
final class StemLayer: Layer {
  private let convolution: ResidualConvolution
  private let maxPool: MaxPool?
  /// The convolution's output, where something else than the layer's output holds it.
  private let product: Buffer?
  /// What enters the pool, and the gradient with respect to it.
  private let pooled: Buffer?
  private let pooledGradient: Buffer
  private var statistics = BatchNorm.Statistics.running

  /// - Parameter side: height and width of the images.
  init(_ map: LinearMap, pools: Bool, side: Int, _ site: BuildingSite) {
    let shape = PlainShape(map, side: side, images: site.batch)
    convolution = ResidualConvolution(
      map, shape, scalars: FollowingScalars(bias: ResNet.stemBias), rectifies: true, site)
    let count = site.batch * shape.outputCount
    maxPool =
      pools
      ? MaxPool(
        channels: shape.outputs, height: shape.outputHeight, width: shape.outputWidth,
        images: site.batch, pool: site.pool) : nil
    product = site.trains ? Buffer(count: count) : nil
    pooled = pools ? Buffer(count: count) : nil
    pooledGradient = Buffer(count: pools && site.differentiates ? count : 0)
  }

  /// Height and width of the output.
  var outputSide: Int { maxPool?.outputHeight ?? convolution.convolution.shape.outputHeight }
  var outputCount: Int { maxPool?.outputCount ?? convolution.convolution.shape.outputCount }
  var maps: [MappedLayer] { [convolution.mapped()] }
  var parameters: [Parameter] { convolution.parameters }
  var norms: [BatchNorm] { [convolution.norm].compactMap(\.self) }

  func forward(_ x: Buffer, _ pass: ForwardPass, into y: Buffer) {
    if pass.retaining { statistics = pass.statistics }
    let rectified = pooled ?? y
    let z = product ?? rectified
    convolution.multiply(x, pass, into: z)
    convolution.follow(z, pass, into: rectified)
    maxPool?.forward(rectified, images: pass.images, into: y)
  }

  func backward(_ dy: Buffer, _ sweep: Sweep, into dx: Buffer?) {
    let slope = maxPool == nil ? dy : pooledGradient
    maxPool?.backward(dy, images: sweep.images, repeats: sweep.repeats, into: slope)
    convolution.backward(slope, sweep, statistics, into: slope)
    convolution.backward(slope, sweep, into: dx)
  }
}
