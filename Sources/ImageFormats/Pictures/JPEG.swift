// JPEG through libjpeg: baseline and progressive; grey, YCbCr and RGB. CMYK is refused.

import CPictures

/// The decoder of JPEG pictures.
package enum JPEG {
  private static let reader = PictureReader(kind: "JPEG") { read_jpeg($0, $1, $2, $3, $4, $5, $6) }

  /// Decodes a picture, grey or RGB. Damage is an error even where libjpeg would continue with a warning.
  /// - Parameter file: the file's name in errors.
  package static func decode(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> Image {
    try reader.decode(bytes, file: file)
  }

  /// Height, width and channels, from the header only.
  static func size(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> ImageShape {
    try reader.size(bytes, file: file).shape
  }
}
