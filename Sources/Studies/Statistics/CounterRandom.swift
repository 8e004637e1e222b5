/// Random numbers as a function of a counter: the same resample whatever was drawn before it.
/// SplitMix64's finaliser (Steele, Lea, Flood 2014), good enough to choose indices and signs.

struct CounterRandom: Sendable {
  let seed: UInt64
  private let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15

  init(seed: UInt64) { self.seed = seed }

  /// 64 bits for draw `index` of stream `stream`.
  func bits(_ stream: UInt64, _ index: UInt64) -> UInt64 {
    mix(mix(seed &+ gamma &* (stream &+ 1)) &+ gamma &* (index &+ 1))
  }

  /// A number in 0 ..< `count`, the bias below count / 2⁶⁴.
  func choice(of count: Int, _ stream: UInt64, _ index: UInt64) -> Int {
    Int(bits(stream, index).multipliedFullWidth(by: UInt64(max(count, 1))).high)
  }

  private func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
