/// Random numbers as a function of a counter: the same resample whatever was drawn before it.

import Randomness

/// SplitMix64's finaliser of a seed, a stream and an index: good enough to choose indices and signs.
struct CounterRandom: Sendable {
  let seed: UInt64

  /// 64 bits for draw `index` of stream `stream`.
  func bits(_ stream: UInt64, _ index: UInt64) -> UInt64 {
    let gamma = SplitMix64.increment
    let start = SplitMix64.mixed(seed &+ gamma &* (stream &+ 1))
    return SplitMix64.mixed(start &+ gamma &* (index &+ 1))
  }

  /// A number in 0 ..< `count`, the bias below count / 2⁶⁴.
  func choice(of count: Int, _ stream: UInt64, _ index: UInt64) -> Int {
    Int(bits(stream, index).multipliedFullWidth(by: UInt64(max(count, 1))).high)
  }
}
