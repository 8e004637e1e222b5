/// Random changes of training images.

import Tensors

/// Random changes of training images, as torchvision's `RandomCrop(side, padding=4)` and
/// `RandomHorizontalFlip()`: on the bytes as they are stored, before any resizing.
package struct Augmentation: OptionSet, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Mirrored left to right, every second image.
  package static let flip = Augmentation(rawValue: 1)
  /// A window of the image's own size out of the image with 4 black pixels around it.
  package static let crop = Augmentation(rawValue: 2)

  static let padding = 4

  /// One change for each image of a step; the same flips with and without crops, and the reverse.
  /// - Parameter step: from 0, over the whole run.
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

  /// From `none` or names with commas between; nil when a name is unknown.
  package init?(_ text: String) {
    self = []
    guard text != "none" else { return }
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let known = Self.names.first(where: { $0.name == word }) else { return nil }
      insert(known.value)
    }
  }

  /// As `init(_:)` takes it.
  package var text: String {
    isEmpty ? "none" : Self.names.filter { contains($0.value) }.map(\.name).joined(separator: ",")
  }
}

/// What is done to one image: its window is moved, then mirrored.
package struct ImageChange: Equatable, Sendable {
  /// Pixels by which the window moves.
  package let down: Int
  package let right: Int
  package let isMirrored: Bool

  package init(down: Int, right: Int, isMirrored: Bool) {
    self.down = down
    self.right = right
    self.isMirrored = isMirrored
  }

  /// image [H, W, C] → what the window shows, of the same shape; 0 where there was no image.
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
