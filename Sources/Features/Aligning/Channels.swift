// Inputs of linear maps, as rows of a regression.

import Networks
import Tensors

/// The channels that a linear map reads: rows [C] over images and positions, of a convolution's whole map, whatever its
/// stride, or of tokens.
struct Channels {
  let count: Int
  /// Positions of an image.
  let positions: Int
  private let input: Buffer

  /// The channels of linear map `index`, whose input has been computed.
  init(_ compiled: CompiledNetwork, map index: Int) {
    count = compiled.architecture.linearMaps[index].inputs
    positions = compiled.windows(of: index).inputPositions
    input = compiled.input(of: index)
  }

  /// Bytes that reading them takes at most.
  static func bytes(_ compiled: CompiledNetwork, map index: Int) -> Int {
    let channels = compiled.architecture.linearMaps[index].inputs
    return compiled.batch * compiled.windows(of: index).inputPositions * channels
      * MemoryLayout<Float>.stride
  }

  /// Writes some of the rows into columns `first` and following of rows of `stride` values.
  ///
  /// - Parameter shared: positions of an image that count, its last ones.
  func copy(
    _ rows: Range<Int>, of shared: Int, to values: UnsafeMutableBufferPointer<Double>,
    from first: Int, stride: Int
  ) {
    let elements = input.elements
    precondition(shared > 0 && shared <= positions)
    precondition(rows.count * stride <= values.count && first + count <= stride)
    for (target, row) in rows.enumerated() {
      let place = (row / shared + 1) * positions - shared + row % shared
      precondition((place + 1) * count <= elements.count)
      for c in 0..<count {
        values[target * stride + first + c] = Double(elements[place * count + c])
      }
    }
  }
}
