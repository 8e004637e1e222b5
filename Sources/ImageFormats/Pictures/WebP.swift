// WebP through libwebp: lossy and lossless, always decoded as RGB. Transparency is dropped, not
// blended, as PNG's is; animations are refused.

import CWebP

/// The decoder of WebP pictures.
package enum WebP {
  /// Decodes a picture to RGB.
  /// - Parameter file: the file's name in errors.
  package static func decode(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> Image {
    let shape = try size(bytes, file: file).shape
    var failed = false
    let pixels = [UInt8](unsafeUninitializedCapacity: shape.bytes) { target, initialized in
      failed =
        WebPDecodeRGBInto(
          bytes, bytes.count, target.baseAddress, shape.bytes, Int32(3 * shape.width)) == nil
      initialized = failed ? 0 : shape.bytes
    }
    if failed {
      throw ImageFormatError(file, "damaged or unreadable WebP: its pixels cannot be decoded")
    }
    return Image(shape, pixels)
  }

  /// Height and width, and whether there is transparency, from the header only.
  static func size(
    _ bytes: [UInt8], file: String
  ) throws(ImageFormatError) -> (shape: ImageShape, transparent: Bool) {
    var header = WebPBitstreamFeatures()
    let status = WebPGetFeatures(bytes, bytes.count, &header)
    guard status == VP8_STATUS_OK else {
      let reason = status == VP8_STATUS_NOT_ENOUGH_DATA ? "the file ends too early" : "bad header"
      throw ImageFormatError(file, "damaged or unreadable WebP: \(reason)")
    }
    guard header.has_animation == 0 else {
      throw ImageFormatError(file, "an animated WebP, which is not read; save one of its frames")
    }
    let shape = try ImageShape(
      height: Int(header.height), width: Int(header.width), channels: 3, file: file)
    return (shape, header.has_alpha != 0)
  }
}
