// Resizing of whole images, byte for byte as Pillow does (`BilinearResampler`).

import Tensors

extension Image {
  /// The same picture at another size, without keeping the aspect ratio. Sides are from 1 to 16384.
  package func resized(height: Int, width: Int) throws -> Image {
    let shape = try ImageShape(height: height, width: width, channels: channels, file: "--resize")
    return Resampler(from: self.shape, to: shape).apply(self)
  }
}

/// The weights of a resizing, computed once for images of equal size.
struct Resampler: Sendable {
  let source: ImageShape
  let target: ImageShape
  private let bilinear: BilinearResampler

  init(from source: ImageShape, to target: ImageShape) {
    self.source = source
    self.target = target
    bilinear = BilinearResampler(
      height: source.height, width: source.width, channels: source.channels,
      toHeight: target.height, toWidth: target.width)
  }

  /// Resizes an image of the source's shape to the target's height and width.
  func apply(_ image: Image) -> Image {
    Image(
      ImageShape(unchecked: target.height, target.width, image.channels),
      bilinear.apply(image.pixels))
  }
}
