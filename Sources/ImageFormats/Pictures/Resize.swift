/// Resizing of whole images (`BilinearResampler`: bytes as Pillow's).

import Tensors

extension Image {
  /// The same picture at another size, aspect ratio not kept. Sides from 1 to 16384.
  package func resized(height: Int, width: Int) throws -> Image {
    let shape = try ImageShape(height: height, width: width, channels: channels, file: "--resize")
    return Resampler(from: self.shape, to: shape).apply(self)
  }
}

/// The weights of one resizing, computed once for images of equal size.
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

  /// The image, of the source's shape, at the target's height and width.
  func apply(_ image: Image) -> Image {
    Image(
      ImageShape(unchecked: target.height, target.width, image.channels),
      bilinear.apply(image.pixels))
  }
}
