/// PNG through libpng: every colour type and depth in; 8-bit grey and RGB out. 16-bit samples are
/// scaled to 8 as libpng's `png_set_scale_16` does (rounded); palettes become RGB; transparency is
/// dropped, not blended; gamma and profiles are ignored.

import CPictures

/// Decodes PNG.
package enum PNG {
  private static let reader = PictureReader(kind: "PNG") { read_png($0, $1, $2, $3, $4, $5, $6) }

  /// The picture, grey or RGB. `file` is for the error.
  package static func decode(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> Image {
    try reader.decode(bytes, file: file)
  }

  /// Height, width and channels, and whether there is transparency, from the header alone.
  static func size(
    _ bytes: [UInt8], file: String
  ) throws(ImageFormatError) -> (shape: ImageShape, transparent: Bool) {
    try reader.size(bytes, file: file)
  }
}
