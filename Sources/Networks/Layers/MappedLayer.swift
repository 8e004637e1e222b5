/// A layer that is a linear map: what services on features and initialisers know of it.

import Tensors

/// A linear map in a compiled network, with the parameters that hold it and the windows that enter it.
struct MappedLayer {
  let map: LinearMap
  /// The weight of the layer that holds the map, in PyTorch's shape, and its bias: they may have more rows than the map.
  let weight: Parameter
  let bias: Parameter
  let windows: MapWindows
  /// From what enters the layer to what enters the map, where that is something else, after a forward pass that has
  /// come as far.
  var input: ((Buffer) -> Buffer)?

  /// The map's rows of what a parameter of its layer holds.
  func rows(of values: [Float]) -> [Float] {
    guard map.place != nil else { return values }
    let length = values.count / map.layerShape[0]
    return Array(values[map.rows.lowerBound * length..<map.rows.upperBound * length])
  }

  /// Replaces the map's rows of a parameter of its layer.
  func load(_ values: [Float], into parameter: Parameter) {
    guard map.place != nil else { return parameter.load(values) }
    let length = parameter.count / map.layerShape[0]
    var all = parameter.values
    all.replaceSubrange(
      map.rows.lowerBound * length..<map.rows.upperBound * length, with: values)
    parameter.load(all)
  }
}

/// How the inputs of a linear map lie in its input buffer: d values at each of some positions of each
/// image.
package enum MapWindows: Equatable, Sendable {
  /// 3×3 patches of NHWC maps.
  case patches(ConvolutionShape)
  /// Rows of this many units: one for each image, or one for each of its tokens.
  case rows(Int, positions: Int = 1)
  /// Patches of NHWC images that do not overlap.
  case blocks(PatchGrid)

  /// Windows of one image: H·W, its tokens, or 1.
  package var positions: Int {
    switch self {
    case .patches(let shape): shape.height * shape.width
    case .rows(_, let positions): positions
    case .blocks(let grid): grid.count
    }
  }

  /// d
  package var length: Int {
    switch self {
    case .patches(let shape): 9 * shape.inputs
    case .rows(let units, _): units
    case .blocks(let grid): grid.length
    }
  }

  /// Window [d] number `index` of `input`, counted over images and positions, in the order of W's
  /// columns.
  package func gather(_ input: Buffer, _ index: Int, into window: UnsafeMutableBufferPointer<Float>)
  {
    switch self {
    case .patches(let shape):
      let (image, position) = (index / positions, index % positions)
      MapPatch.gather(
        input, image: image, row: position / shape.width, column: position % shape.width, shape,
        into: window)
    case .rows(let units, _):
      precondition(index >= 0 && window.count >= units)
      _ = window.update(fromContentsOf: input.elements[index * units..<(index + 1) * units])
    case .blocks(let grid):
      grid.gather(
        UnsafeBufferPointer(input.elements), image: index / positions, patch: index % positions,
        into: window)
    }
  }
}
