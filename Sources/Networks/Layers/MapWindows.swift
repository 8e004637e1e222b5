/// What enters a linear map, window by window.

import Tensors

/// How the inputs of a linear map lie in its input buffer: d values at each of some positions of each
/// image.
package enum MapWindows: Equatable, Sendable {
  /// Patches of NHWC maps that overlap.
  case patches(MapPatches)
  /// Rows of this many units: one for each image, or one for each of its tokens.
  case rows(Int, positions: Int = 1)
  /// Patches of NHWC images that do not overlap.
  case blocks(PatchGrid)

  /// Windows of one image: positions of a map, its tokens, or 1.
  package var positions: Int {
    switch self {
    case .patches(let patches): patches.positions
    case .rows(_, let positions): positions
    case .blocks(let grid): grid.count
    }
  }

  /// Pixels of one image's map, its tokens, or 1: what windows are taken from.
  package var inputPositions: Int {
    switch self {
    case .patches(let patches): patches.height * patches.width
    case .rows(_, let positions): positions
    case .blocks(let grid): grid.side * grid.side
    }
  }

  /// d
  package var length: Int {
    switch self {
    case .patches(let patches): patches.length
    case .rows(let units, _): units
    case .blocks(let grid): grid.length
    }
  }

  /// Window [d] number `index` of `input`, counted over images and positions, in the order of W's
  /// columns.
  package func gather(_ input: Buffer, _ index: Int, into window: UnsafeMutableBufferPointer<Float>)
  {
    switch self {
    case .patches(let patches):
      patches.gather(
        input, image: index / positions, position: index % positions, into: window)
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
