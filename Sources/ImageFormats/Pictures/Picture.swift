// Picture files of any kind, recognised by their first bytes and not by their names.

/// The decoder of PNG, JPEG and WebP pictures. EXIF orientations are not applied.
package enum Picture {
  /// Size in bytes of the largest picture file that is read.
  package static let largestFile = 64 << 20

  /// Whether a file that begins with these bytes is a PNG, JPEG or WebP image; 512 bytes suffice.
  package static func isPicture(_ head: [UInt8]) -> Bool {
    [.png, .jpeg, .webp].contains(FileKind(head))
  }

  /// Decodes a picture, grey or RGB.
  /// - Parameter file: the file's name in errors.
  package static func decode(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> Image {
    switch FileKind(bytes) {
    case .jpeg: try JPEG.decode(bytes, file: file)
    case .png: try PNG.decode(bytes, file: file)
    case .webp: try WebP.decode(bytes, file: file)
    case let kind: throw unread(kind, file)
    }
  }

  /// The size of a picture and whether it has transparency, from the header only.
  static func size(
    _ bytes: [UInt8], file: String
  ) throws(ImageFormatError) -> (shape: ImageShape, transparent: Bool) {
    switch FileKind(bytes) {
    case .jpeg: (try JPEG.size(bytes, file: file), false)
    case .png: try PNG.size(bytes, file: file)
    case .webp: try WebP.size(bytes, file: file)
    case let kind: throw unread(kind, file)
    }
  }

  /// Whether a file is meant as a picture: by its first bytes, or by its name if these have no
  /// known format.
  static func isMeant(_ head: [UInt8], name: String) -> Bool {
    if isPicture(head) { return true }
    if case .otherPicture = FileKind(head) { return true }
    guard let dot = name.lastIndex(of: ".") else { return false }
    return endings.contains(name[name.index(after: dot)...].lowercased())
  }

  private static let endings: Set = [
    "png", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "gif", "tif", "tiff", "ppm", "pgm", "pbm",
    "avif", "heic", "heif", "jp2", "jxl",
  ]

  private static func unread(_ kind: FileKind, _ file: String) -> ImageFormatError {
    ImageFormatError(file, "\(kind.description), not a PNG, JPEG or WebP image")
  }
}
