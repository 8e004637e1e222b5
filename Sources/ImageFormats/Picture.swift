/// A picture file of either kind, told apart by its first bytes and not by its name.

/// Decodes PNG or JPEG.
public enum Picture {
  /// Whether a file that begins with these bytes is a PNG or JPEG image; 512 bytes suffice.
  public static func isPicture(_ head: [UInt8]) -> Bool {
    let kind = FileKind(head)
    return kind == .png || kind == .jpeg
  }

  /// The picture, grey or RGB. `file` is for the error.
  public static func decode(_ bytes: [UInt8], file: String) throws -> Image {
    switch FileKind(bytes) {
    case .jpeg: return try JPEG.decode(bytes, file: file)
    case .png: return try PNG.decode(bytes, file: file)
    case let kind: throw ImageFormatError(file, "\(kind.description), not a PNG or JPEG image")
    }
  }

  /// Its size and whether it has transparency, from the header alone.
  static func size(
    _ bytes: [UInt8], file: String
  ) throws(ImageFormatError) -> (shape: ImageShape, transparent: Bool) {
    switch FileKind(bytes) {
    case .jpeg: return (try JPEG.size(bytes, file: file), false)
    case .png: return try PNG.size(bytes, file: file)
    case let kind: throw ImageFormatError(file, "\(kind.description), not a PNG or JPEG image")
    }
  }
}
