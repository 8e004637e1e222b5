/// JPEG through libjpeg: baseline and progressive, grey and YCbCr or RGB. CMYK is refused.

import CPictures

/// Decodes JPEG.
package enum JPEG {
  private static let reader = PictureReader(kind: "JPEG") { read_jpeg($0, $1, $2, $3, $4, $5, $6) }

  /// The picture, grey or RGB. Damage is an error, also where libjpeg would patch it up.
  /// `file` is for the error.
  package static func decode(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> Image {
    try reader.decode(bytes, file: file)
  }

  /// Height, width and channels, from the header alone.
  static func size(_ bytes: [UInt8], file: String) throws(ImageFormatError) -> ImageShape {
    try reader.size(bytes, file: file).shape
  }
}
