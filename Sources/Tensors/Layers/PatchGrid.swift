// Patches that do not overlap: what a vision transformer's tokens are made of.

/// Images [side, side, channels] cut into squares of `patch` pixels, row by row.
package struct PatchGrid: Equatable, Sendable {
  /// Height and width of the image, a multiple of `patch`.
  package let side: Int
  package let patch: Int
  package let channels: Int

  package init(side: Int, patch: Int, channels: Int) {
    precondition(patch > 0 && side >= patch && side % patch == 0 && channels > 0)
    (self.side, self.patch, self.channels) = (side, patch, channels)
  }

  /// Patches in a row of the image.
  package var across: Int { side / patch }
  /// Patches of an image.
  package var count: Int { across * across }
  /// Values of a patch.
  package var length: Int { channels * patch * patch }
  /// Values of an image.
  package var imageCount: Int { side * side * channels }

  /// Patch [C·P·P] number `patch` of image `image` of `images` [N, side, side, C], in the order of PyTorch's
  /// filters: channel, row, column.
  package func gather(
    _ images: UnsafeBufferPointer<Float>, image: Int, patch index: Int,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(image >= 0 && images.count >= (image + 1) * imageCount)
    precondition(index >= 0 && index < count && target.count >= length)
    let first = image * imageCount + (index / across * side + index % across) * patch * channels
    for row in 0..<patch {
      for column in 0..<patch {
        let pixel = first + (row * side + column) * channels
        for channel in 0..<channels {
          target[(channel * patch + row) * patch + column] = images[pixel + channel]
        }
      }
    }
  }
}
