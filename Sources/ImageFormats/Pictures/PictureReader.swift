// Pictures through the C libraries that report errors by `longjmp`.

import CPictures

/// A reader of pictures of one kind, through a function of `CPictures`, into memory whose size is checked first.
struct PictureReader: Sendable {
  /// The name of the kind in messages.
  let kind: String
  let read:
    @Sendable (
      _ bytes: UnsafePointer<UInt8>?, _ count: Int, _ largest: UInt32,
      _ header: UnsafeMutablePointer<picture_header>?, _ pixels: UnsafeMutablePointer<UInt8>?,
      _ capacity: Int, _ channels: Int32
    ) -> Int32

  private static let longestSide = UInt32(ImageShape.longestSide)

  /// Decodes a picture, grey or RGB.
  /// - Parameter file: the file's name in errors.
  func decode(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> Image {
    let shape = try size(bytes, file: file).shape
    var header = picture_header()
    var failed = false
    let pixels = [UInt8](unsafeUninitializedCapacity: shape.bytes) { target, initialized in
      failed =
        read(
          bytes, bytes.count, Self.longestSide, &header, target.baseAddress, shape.bytes,
          Int32(shape.channels)) != 0
      initialized = failed ? 0 : shape.bytes
    }
    if failed { throw problem(&header, file) }
    return Image(shape, pixels)
  }

  /// Height, width and channels, and whether there is transparency, from the header only.
  func size(
    _ bytes: [UInt8], file: String
  ) throws(ImageFormatError) -> (shape: ImageShape, transparent: Bool) {
    var header = picture_header()
    guard read(bytes, bytes.count, Self.longestSide, &header, nil, 0, 0) == 0 else {
      throw problem(&header, file)
    }
    let shape = try ImageShape(
      height: Int(header.height), width: Int(header.width), channels: Int(header.channels),
      file: file)
    return (shape, header.alpha != 0)
  }

  private func problem(_ header: inout picture_header, _ file: String) -> ImageFormatError {
    let text = withUnsafeBytes(of: &header.problem) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return ImageFormatError(
      file, header.unread != 0 ? text : "damaged or unreadable \(kind): \(text)")
  }
}
