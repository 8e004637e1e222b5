// The input windows of a linear map.

import Tensors

/// The layout of a linear map's inputs in its input buffer: a window of d values for each position of each image.
package enum MapWindows: Equatable, Sendable {
  /// Overlapping patches of NHWC maps.
  case patches(MapPatches)
  /// Rows of the given number of units: one row for each image, or one for each of its tokens.
  case rows(Int, positions: Int = 1)
  /// Patches of NHWC images that do not overlap.
  case blocks(PatchGrid)

  /// The number of windows of one image: the positions of a map, the tokens, or 1.
  package var positions: Int {
    switch self {
    case .patches(let patches): patches.positions
    case .rows(_, let positions): positions
    case .blocks(let grid): grid.count
    }
  }

  /// The number of input positions of one image: the pixels of the map that windows are taken from, the tokens, or 1.
  package var inputPositions: Int {
    switch self {
    case .patches(let patches): patches.height * patches.width
    case .rows(_, let positions): positions
    case .blocks(let grid): grid.side * grid.side
    }
  }

  /// The number d of values in a window.
  package var length: Int {
    switch self {
    case .patches(let patches): patches.length
    case .rows(let units, _): units
    case .blocks(let grid): grid.length
    }
  }

  /// Copies window [d] number `index` of `input` into `window`, in the order of W's columns.
  ///
  /// Windows are counted over images and positions: number n·positions + p is position p of image n.
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
