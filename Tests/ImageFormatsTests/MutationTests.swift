// Every decoder reads thousands of damaged files and gives an error or an image, never a crash. Damage is seeded.

import Foundation
import ImageFormats
import Randomness
import Testing

/// A seeded generator of damage.
private struct Strikes {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(limit, 1))) }

  /// Returns the bytes with flipped bits, changed bytes, large numbers, cuts or repetitions.
  mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...below(4) where !bytes.isEmpty {
      // Headers and tables matter most, so half of the damage is in them.
      let place = below(2) == 0 ? below(min(bytes.count, 200)) : below(bytes.count)
      switch below(8) {
      case 0, 1, 2: bytes[place] ^= 1 << UInt8(below(8))
      case 3, 4: bytes[place] = UInt8(below(256))
      case 5:
        for i in place..<min(place + 4, bytes.count) { bytes[i] = below(2) == 0 ? 255 : 127 }
      case 6: bytes.removeLast(below(bytes.count))
      default: bytes.insert(contentsOf: bytes[place..<min(place + 64, bytes.count)], at: place)
      }
    }
    return bytes
  }
}

@Test(arguments: [
  "grey.jpg", "colour.jpg", "colour-422.jpg", "progressive.jpg", "cmyk.jpg", "grey.png",
  "colour-16.png", "palette-transparent.png", "interlaced.png", "bilevel.png",
  "lossy.webp", "lossless.webp", "lossy-alpha.webp",
])
func damagedPictures(_ name: String) throws {
  let bytes = try FixtureFolder.committed.bytes(name)
  var strikes = Strikes(seed: 1)
  var refused = 0
  for _ in 0..<2000 {
    do {
      _ = try Picture.decode(strikes.damage(bytes), file: name)
    } catch {
      refused += 1
    }
  }
  // WebP has no checksums, and its arithmetic code decodes any bits to pixels.
  #expect(refused > (name.hasSuffix(".webp") ? 500 : 1000))
}

@Test(arguments: [
  ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
  ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"],
  ["train_8.mat", "test_8.mat"], ["cifar-10-binary.tar.gz"], ["cifar-100-binary.tar.gz"],
  ["tiny-imagenet-200.zip"], ["pets.zip"], ["grey.tar"], ["grey.tar.gz"],
])
func damagedSets(_ names: [String]) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "damaged-\(names[0])-\(ProcessInfo.processInfo.processIdentifier)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let originals = try names.map { try FixtureFolder.committed.bytes($0) }
  let paths = names.map { folder.appendingPathComponent($0) }
  let sound = try WholeSet(ImageSet.open(names.map(FixtureFolder.committed.path)), threads: 1)
  var strikes = Strikes(seed: 2)
  var (refused, changed) = (0, 0)
  for round in 0..<1000 {
    for (i, path) in paths.enumerated() {
      let bytes = i == round % paths.count ? strikes.damage(originals[i]) : originals[i]
      try Data(bytes).write(to: path)
    }
    do {
      let set = try ImageSet.open(paths.map(\.path), options: .init(resize: 8))
      let native = try ImageSet.open(paths.map(\.path))
      _ = try set.read(threads: 2) { _ in }
      if try WholeSet(native, threads: 1) != sound { changed += 1 }
    } catch is ImageFormatError {
      refused += 1
    }
  }
  #expect(refused > 300, "\(names) refused \(refused), changed \(changed)")
  // With a checksum, damage cannot change a pixel; without one (tar, idx, plain MATLAB) it can.
  if names[0].hasSuffix(".gz") { #expect(changed == 0, "\(names)") }
}
