// Thousands of damaged copies of each fixture: each gives tensors or a one-line error, with memory in proportion to its
// size. The damage is seeded, so that a failure can be repeated.

import Randomness
import StateDictionaries
import Testing

struct MutationTests {
  static let files = [
    "kinds.pth", "kinds-no-checksum.pth", "kinds-zip64.pth", "kinds-protocol4.pth",
    "kinds-legacy.pth", "kinds-legacy-protocol4.pth", "tar.pth", "kinds.safetensors",
    "wrapped.pth", "objects.pth", "objects-protocol4.pth", "objects-legacy.pth",
    "several-unnamed.pth", "vgg11-bn.pth", "vgg11-timm.safetensors",
  ]

  /// The bytes after one to four edits: flipped bits, changed bytes, special numbers, cuts and copies.
  static func damage(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      let length = min(Int.random(in: 1...16, using: &random), bytes.count - at)
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes[at] = UInt8.random(in: 0...255, using: &random)
      case 3:
        let numbers: [UInt64] = [0, 1, 0x7fff_ffff, 0xffff_ffff, 1 << 40, 1 << 63, .max, .max >> 1]
        let number = numbers[Int.random(in: 0..<numbers.count, using: &random)]
        for i in 0..<min(8, bytes.count - at) {
          bytes[at + i] = UInt8(truncatingIfNeeded: number >> UInt64(8 * i))
        }
      case 4: bytes.removeSubrange(at..<(at + length))
      case 5: bytes.insert(contentsOf: bytes[at..<(at + length)], at: at)
      case 6:
        let to = Int.random(in: 0...(bytes.count - length), using: &random)
        bytes.replaceSubrange(to..<(to + length), with: bytes[at..<(at + length)])
      default: if Bool.random(using: &random) { bytes.removeSubrange(at...) }
      }
    }
    return bytes
  }

  @Test("Damaged copies are read or refused", arguments: files)
  func mutations(file: String) throws {
    let original = try Fixture.bytes(file)
    var random = SplitMix64(seed: 7)
    var refused = 0
    for trial in 0..<3000 {
      let bytes = Self.damage(original, &random)
      do {
        let dictionary = try StateDictionary(bytes: bytes, name: file)
        for tensor in dictionary.tensors {
          let count = try tensor.floats().count
          #expect(count <= max(bytes.count, 1 << 20), "trial \(trial): \(tensor.name)")
        }
        _ = try VGGWeights(dictionary).stateDictionary.tensors.map { try $0.floats() }
      } catch let error as StateDictionaryError {
        refused += 1
        #expect(error.file == file && !error.description.contains("\n"), "trial \(trial)")
      }
    }
    #expect(refused > 100)
  }

  @Test("Every truncation is refused", arguments: files.filter { $0 != "tar.pth" })
  func truncations(file: String) throws {
    let original = try Fixture.bytes(file)
    for length in stride(from: 0, to: original.count, by: max(1, original.count / 2000)) {
      let line = refusal(Array(original.prefix(length)))
      // The directory at the end, the sizes in the header, or those of storages reveal a truncation.
      #expect(line.hasPrefix("input: "), "\(length) bytes: \(line)")
    }
  }

  @Test func flippedBitsOfArchivesWithChecksumsAreDetected() throws {
    // In the pickle and the storages, the checksums of the zip directory detect every flipped bit.
    let original = try Fixture.bytes("kinds.pth")
    let before = try StateDictionary(bytes: original, name: "a").tensors.map { try $0.floats() }
    for position in stride(from: 0, to: original.count, by: 1) {
      var bytes = original
      bytes[position] ^= 4
      guard let dictionary = try? StateDictionary(bytes: bytes, name: "b") else { continue }
      guard let after = try? dictionary.tensors.map({ try $0.floats() }) else { continue }
      #expect(after.elementsEqual(before) { $0.elementsEqual($1) }, "byte \(position)")
    }
  }
}
