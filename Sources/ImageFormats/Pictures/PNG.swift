// PNG through libpng: every colour type and depth becomes 8-bit grey or RGB. 16-bit samples are
// scaled to 8 bits as libpng's `png_set_scale_16` does (rounded). Palettes become RGB. Transparency is
// dropped, not blended. Gamma and colour profiles are ignored.

import CPictures

/// The decoder of PNG pictures.
package enum PNG {
  private static let reader = PictureReader(kind: "PNG") { read_png($0, $1, $2, $3, $4, $5, $6) }

  /// Decodes a picture, grey or RGB.
  /// - Parameter file: the file's name in errors.
  package static func decode(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> Image {
    try reader.decode(bytes, file: file)
  }

  /// Height, width and channels, and whether there is transparency, from the header only.
  static func size(
    _ bytes: [UInt8], file: String
  ) throws(ImageFormatError) -> (shape: ImageShape, transparent: Bool) {
    try reader.size(bytes, file: file)
  }
}
