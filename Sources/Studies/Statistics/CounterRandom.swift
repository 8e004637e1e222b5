// Random numbers as a function of a counter, so that a resample does not depend on earlier draws.

import Randomness

/// A generator by SplitMix64's finaliser of a seed, a stream and an index, for the choice of indices and signs.
struct CounterRandom: Sendable {
  let seed: UInt64

  /// The 64 bits of draw `index` of stream `stream`.
  func bits(_ stream: UInt64, _ index: UInt64) -> UInt64 {
    let gamma = SplitMix64.increment
    let start = SplitMix64.mixed(seed &+ gamma &* (stream &+ 1))
    return SplitMix64.mixed(start &+ gamma &* (index &+ 1))
  }

  /// A number in 0 ..< `count`, with a bias below count / 2⁶⁴.
  func choice(of count: Int, _ stream: UInt64, _ index: UInt64) -> Int {
    Int(bits(stream, index).multipliedFullWidth(by: UInt64(max(count, 1))).high)
  }
}
