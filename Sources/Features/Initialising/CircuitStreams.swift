// Random numbers that two maps of a transformer share.

import Tensors

/// The circuit or shuffle for which maps of a transformer share random numbers.
package enum Circuit: Int, CaseIterable {
  /// Queries and keys of a head.
  case scores
  /// Values and attention's projection.
  case values
  /// The MLP's two.
  case hidden
  /// The permutation of the hidden units.
  case pairing
}

extension RandomStream {
  /// The stream of a circuit of a block, the same for all maps that are part of it. Streams of initialisation have
  /// indices from 0 for linear maps, from 2²⁰ for other parameters, from 2²¹ for circuits.
  package static func circuit(_ circuit: Circuit, block: Int, head: Int = 0, seed: UInt64)
    -> RandomStream
  {
    // Blocks and heads have numbers below 2⁸.
    let index = (block << 8 | head) * Circuit.allCases.count + circuit.rawValue
    return RandomStream(seed: seed, .initialisation, index: 1 << 21 + index)
  }
}
