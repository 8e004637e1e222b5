/// JPEG through libjpeg: baseline and progressive, grey and YCbCr or RGB. CMYK is refused.

import CJPEG

/// Decodes JPEG.
public enum JPEG {
  /// The picture, grey or RGB. Damage is an error, also where libjpeg would patch it up.
  /// `file` is for the error.
  public static func decode(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> Image {
    let shape = try size(bytes, file: file)
    var header = CJPEGHeader()
    var failed = false
    let pixels = [UInt8](unsafeUninitializedCapacity: shape.bytes) { target, initialized in
      failed =
        cjpeg_read(
          bytes, bytes.count, UInt32(ImageShape.longestSide), &header, target.baseAddress,
          shape.bytes, Int32(shape.channels)) != 0
      initialized = failed ? 0 : shape.bytes
    }
    if failed { throw problem(&header, file) }
    return Image(shape, pixels)
  }

  /// Height, width and channels, from the header alone.
  static func size(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> ImageShape {
    var header = CJPEGHeader()
    let status = cjpeg_read(
      bytes, bytes.count, UInt32(ImageShape.longestSide), &header, nil, 0, 0)
    if status != 0 { throw problem(&header, file) }
    return try ImageShape(
      height: Int(header.height), width: Int(header.width), channels: Int(header.channels),
      file: file)
  }

  private static func problem(_ header: inout CJPEGHeader, _ file: String) -> ImageFormatError {
    let text = withUnsafeBytes(of: &header.problem) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return ImageFormatError(
      file, header.unread != 0 ? text : "damaged or unreadable JPEG: \(text)")
  }
}
