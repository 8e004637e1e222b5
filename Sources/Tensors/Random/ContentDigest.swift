// Digests of bytes, for orders that depend on content alone.

import Randomness

/// A fast 64-bit digest of bytes, keyed: what orders images by their content alone.
///
/// Each word w of eight bytes (little-endian, the last one filled with zeros) is mixed by
/// h ← (h ⊕ w)·m and h ← h ⊕ (h ≫ 29). Both are bijections of h, so two inputs of equal length that
/// differ in one word never have equal digests. SplitMix64's finaliser (Steele, Lea & Flood 2014)
/// begins and ends. It resists chance, not an adversary.
package enum ContentDigest {
  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The digest of `bytes`.
  ///
  /// - Parameters:
  ///   - key: digests under different keys order the same inputs independently.
  ///   - tag: a number that counts as content: an image's label.
  package static func digest(_ bytes: UnsafeRawBufferPointer, key: UInt64, tag: UInt64 = 0)
    -> UInt64
  {
    var hash = finalised(finalised(key) ^ finalised(UInt64(bytes.count) &+ tag &* multiplier))
    var offset = 0
    while offset + 8 <= bytes.count {
      hash = mixed(
        hash, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    if offset < bytes.count {
      var word: UInt64 = 0
      for (place, byte) in bytes[offset...].enumerated() { word |= UInt64(byte) << (8 * place) }
      hash = mixed(hash, word)
    }
    return finalised(hash)
  }

  @inline(__always)
  private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word) &* multiplier
    return product ^ product >> 29
  }

  private static func finalised(_ word: UInt64) -> UInt64 {
    SplitMix64.mixed(word &+ multiplier)
  }
}
