/// The random number generator SplitMix64 (Steele, Lea & Flood, *Fast Splittable Pseudorandom Number Generators*,
/// 2014), for choices that do not use Philox, and for mixing words.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mixed(state)
  }

  /// The increment of the state: 2⁶⁴ divided by the golden ratio, made odd.
  package static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The finaliser: a bijection of words, whose results differ in about half of the bits if the words differ in one.
  package static func mixed(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
