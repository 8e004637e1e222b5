/// PNG through libpng: every colour type and depth in; 8-bit grey and RGB out. 16-bit samples are
/// scaled to 8 as libpng's `png_set_scale_16` does (rounded); palettes become RGB; transparency is
/// dropped, not blended; gamma and profiles are ignored.

import CPNG

/// Decodes and encodes PNG.
public enum PNG {
  /// The picture, grey or RGB. `file` is for the error.
  public static func decode(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> Image {
    let shape = try size(bytes, file: file).shape
    var header = CPNGHeader()
    var failed = false
    let pixels = [UInt8](unsafeUninitializedCapacity: shape.bytes) { target, initialized in
      failed =
        cpng_read(
          bytes, bytes.count, UInt32(ImageShape.longestSide), &header, target.baseAddress,
          shape.bytes, Int32(shape.channels)) != 0
      initialized = failed ? 0 : shape.bytes
    }
    if failed { throw problem(&header, file) }
    return Image(shape, pixels)
  }

  /// A PNG file of the picture.
  public static func encode(_ image: Image) throws -> [UInt8] {
    var description = png_image()
    description.version = UInt32(PNG_IMAGE_VERSION)
    description.width = UInt32(image.width)
    description.height = UInt32(image.height)
    description.format = image.channels == 1 ? 0 : UInt32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&description) }
    // Deflate's worst case, and the filter byte of each row.
    var count = image.pixels.count + image.height
    count += count / 1000 + 4096
    var file = [UInt8](repeating: 0, count: count)
    let status = png_image_write_to_memory(&description, &file, &count, 0, image.pixels, 0, nil)
    guard status != 0, count <= file.count else {
      throw ImageFormatError("PNG", "libpng cannot encode a \(image.height)×\(image.width) image")
    }
    return Array(file[..<count])
  }

  /// Height, width and channels, and whether there is transparency, from the header alone.
  static func size(
    _ bytes: [UInt8], file: String
  ) throws(ImageFormatError) -> (shape: ImageShape, transparent: Bool) {
    var header = CPNGHeader()
    let status = cpng_read(
      bytes, bytes.count, UInt32(ImageShape.longestSide), &header, nil, 0, 0)
    if status != 0 { throw problem(&header, file) }
    let shape = try ImageShape(
      height: Int(header.height), width: Int(header.width), channels: Int(header.channels),
      file: file)
    return (shape, header.alpha != 0)
  }

  private static func problem(_ header: inout CPNGHeader, _ file: String) -> ImageFormatError {
    let text = withUnsafeBytes(of: &header.problem) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return ImageFormatError(file, "damaged or unreadable PNG: \(text)")
  }
}
