// Augmentation of training images.

import Tensors

/// The random changes of training images, as torchvision's `RandomCrop(side, padding=4)` and `RandomHorizontalFlip()` make
/// them. They apply to the stored bytes, before any resizing.
package struct Augmentation: OptionSet, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// A horizontal flip with probability ½.
  package static let flip = Augmentation(rawValue: 1)
  /// A random crop of the image's own size, after padding with 4 black pixels on each side.
  package static let crop = Augmentation(rawValue: 2)

  static let padding = 4

  /// The changes of a step's images, one for each. Flips are the same with and without crops, and crops are the same with
  /// and without flips.
  /// - Parameter step: The step, counted from 0 over the whole run.
  package func draw(seed: UInt64, step: Int, images: Int) -> [ImageChange] {
    var stream = RandomStream(seed: seed, .augmentation, index: step)
    return (0..<images).map { _ in
      let (down, right) = (stream.below(2 * Self.padding + 1), stream.below(2 * Self.padding + 1))
      let isMirrored = stream.sign() < 0
      return ImageChange(
        down: contains(.crop) ? down - Self.padding : 0,
        right: contains(.crop) ? right - Self.padding : 0,
        isMirrored: contains(.flip) && isMirrored)
    }
  }
}

extension Augmentation {
  private static let names: [(name: String, value: Augmentation)] = [
    ("flip", .flip), ("crop", .crop),
  ]

  /// Parses `none`, or names separated by commas. The result is nil if a name is unknown.
  package init?(_ text: String) {
    self = []
    guard text != "none" else { return }
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let known = Self.names.first(where: { $0.name == word }) else { return nil }
      insert(known.value)
    }
  }

  /// The text that `init(_:)` parses.
  package var text: String {
    isEmpty ? "none" : Self.names.filter { contains($0.value) }.map(\.name).joined(separator: ",")
  }
}

/// The change of one image: a shift, then an optional horizontal flip.
package struct ImageChange: Equatable, Sendable {
  /// The number of pixels by which the window moves down.
  package let down: Int
  /// The number of pixels by which the window moves right.
  package let right: Int
  package let isMirrored: Bool

  package init(down: Int, right: Int, isMirrored: Bool) {
    self.down = down
    self.right = right
    self.isMirrored = isMirrored
  }

  /// The changed image [H, W, C]. Pixels from outside the original image are 0.
  package func applied(
    to image: UnsafeBufferPointer<UInt8>, height: Int, width: Int, channels: Int
  ) -> [UInt8] {
    precondition(image.count == height * width * channels)
    var result = [UInt8](repeating: 0, count: image.count)
    for y in 0..<height where (0..<height).contains(y + down) {
      for x in 0..<width {
        let from = (isMirrored ? width - 1 - x : x) + right
        guard (0..<width).contains(from) else { continue }
        for c in 0..<channels {
          result[(y * width + x) * channels + c] =
            image[((y + down) * width + from) * channels + c]
        }
      }
    }
    return result
  }
}
