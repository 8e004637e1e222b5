// VGG: from convolutions, pools and a head to layers.

import Tensors

extension VGG: Family {
  var side: Int? { nil }
  var others: [ParameterShape] { [] }

  /// The linear maps of the convolutions, in order.
  package var body: [LinearMap] { convolutions.map(\.map) }

  /// The default head, for images at their native size: two hidden layers of 512 units.
  var defaultHead: HeadShape { HeadShape(hidden: [512, 512], pooled: 1, dropout: 0.5) }

  func check(_ head: HeadShape) throws(NetworkError) {
    guard head.hidden.count <= 8, head.hidden.allSatisfy({ (1...65_536).contains($0) }) else {
      throw NetworkError("hidden layers are at most 8, of 1 to 65536 units each")
    }
    guard (1...64).contains(head.pooled) else {
      throw NetworkError("the average pool's side is 1 to 64, not \(head.pooled)")
    }
  }

  func head(_ shape: HeadShape, outputs: Int) -> [LinearMap] {
    var inputs = channels * shape.pooled * shape.pooled
    return (shape.hidden + [outputs]).enumerated().map { i, width in
      defer { inputs = width }
      return LinearMap(
        Self.headName(i), inputs: inputs, outputs: width, window: .dense, role: .head)
    }
  }

  /// PyTorch's name of fully connected layer number `layer`, counted from 0. ReLU and dropout, which follow each hidden
  /// layer, take two further indices of `classifier`.
  package static func headName(_ layer: Int) -> String { "classifier.\(3 * layer)" }

  func partner(of index: Int, in other: any Family) -> Int? {
    guard let other = other as? VGG else { return nil }
    let place = other.place(ofConvolution: index)
    return convolutions.indices.first { self.place(ofConvolution: $0) == place }
  }

  func positions(side: Int) -> [Int] {
    var height = side
    return convolutions.map { convolution in
      defer { if convolution.pools { height /= 2 } }
      return height * height
    }
  }

  /// The number of images times gradients in one backward sweep: 480 at side 32, and fewer in proportion to the area of
  /// larger images. A smaller number would make the matrix products of late layers inefficient. VGG11 takes half a
  /// gigabyte.
  func sweepBatch(side: Int) -> Int { max(16, min(512, 480 * 32 * 32 / (side * side))) }

  func layers(_ architecture: Architecture, side: Int, _ site: BuildingSite) -> [any Layer] {
    var (layers, height) = ([any Layer](), side)
    for convolution in convolutions {
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
        AdaptiveAveragePool(
          height: height, width: height, channels: channels, side: architecture.pooled)))
    let head = architecture.head
    for (index, map) in head.enumerated() {
      layers.append(LinearLayer(map, site))
      if index + 1 < head.count {
        layers.append(
          HiddenActivation(count: map.outputs, dropout: architecture.dropout, index: index))
      }
    }
    return layers
  }
}
