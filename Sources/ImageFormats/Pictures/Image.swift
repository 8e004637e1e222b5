// A picture in memory: the result of every decoder, and the input of every later step.

/// A picture of UInt8 pixels [height, width, channels], with 1 (grey) or 3 (RGB) channels, rows from the top.
package struct Image: Sendable, Equatable {
  package let height: Int
  package let width: Int
  package let channels: Int
  package var pixels: [UInt8]

  /// Makes a picture, and throws unless `pixels` has exactly height × width × channels bytes of a grey or RGB image.
  package init(height: Int, width: Int, channels: Int, pixels: [UInt8]) throws {
    let shape = try ImageShape(height: height, width: width, channels: channels, file: "image")
    guard pixels.count == shape.bytes else {
      throw ImageFormatError(
        "image", "\(pixels.count) bytes cannot be \(height)×\(width)×\(channels) pixels")
    }
    self.init(shape, pixels)
  }

  init(_ shape: ImageShape, _ pixels: [UInt8]) {
    height = shape.height
    width = shape.width
    channels = shape.channels
    self.pixels = pixels
  }

  var shape: ImageShape { ImageShape(unchecked: height, width, channels) }

  /// The same picture with three channels; a grey channel is repeated.
  package func colour() -> Image {
    guard channels == 1 else { return self }
    var rgb = [UInt8](repeating: 0, count: 3 * pixels.count)
    for (i, grey) in pixels.enumerated() {
      rgb[3 * i] = grey
      rgb[3 * i + 1] = grey
      rgb[3 * i + 2] = grey
    }
    return Image(ImageShape(unchecked: height, width, 3), rgb)
  }
}

/// The shape of a picture. A shape that comes from a file has been checked, so `bytes` cannot
/// overflow and may be allocated.
struct ImageShape: Sendable, Equatable {
  let height: Int
  let width: Int
  let channels: Int

  /// The longest side of a picture; it and the largest area are far beyond real data sets, and limit what a
  /// few hostile bytes can request to a few hundred megabytes.
  static let longestSide = 1 << 14
  static let largestArea = 1 << 26

  init(height: Int, width: Int, channels: Int, file: String) throws(ImageFormatError) {
    guard (1...Self.longestSide).contains(height), (1...Self.longestSide).contains(width),
      height * width <= Self.largestArea
    else {
      throw ImageFormatError(
        file, "its size \(height)×\(width) is not between 1×1 and \(Self.largestArea) pixels")
    }
    guard channels == 1 || channels == 3 else {
      throw ImageFormatError(file, "\(channels) channels; 1 or 3 are read")
    }
    self.init(unchecked: height, width, channels)
  }

  init(unchecked height: Int, _ width: Int, _ channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  var bytes: Int { height * width * channels }
}
