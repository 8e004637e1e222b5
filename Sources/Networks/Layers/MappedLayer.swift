/// A layer that is a linear map: what services on features and initialisers know of it.

import Tensors

/// A linear map in a compiled network, with its parameters and the windows that enter it.
struct MappedLayer {
  let map: LinearMap
  /// [K, d] in PyTorch's shape, and [K].
  let weight: Parameter
  let bias: Parameter
  let windows: MapWindows
}

/// How the inputs of a linear map lie in its input buffer: d values at each of some positions of each
/// image.
package enum MapWindows: Equatable, Sendable {
  /// 3×3 patches of NHWC maps.
  case patches(ConvolutionShape)
  /// The image's whole row of this many units.
  case rows(Int)

  /// Windows of one image: H·W, or 1.
  package var positions: Int {
    switch self {
    case .patches(let shape): shape.height * shape.width
    case .rows: 1
    }
  }

  /// d
  package var length: Int {
    switch self {
    case .patches(let shape): 9 * shape.inputs
    case .rows(let units): units
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
    case .rows(let units):
      precondition(index >= 0 && window.count >= units)
      _ = window.update(fromContentsOf: input.elements[index * units..<(index + 1) * units])
    }
  }
}
