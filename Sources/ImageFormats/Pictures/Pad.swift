// Padding with zeros, for example of 28×28 images for a network made for 32×32.

extension Image {
  /// The picture in the middle of a black square of side `side`; if the difference is odd, the larger half
  /// is below and right. Throws when the picture is larger than the square.
  package func padded(to side: Int) throws -> Image {
    guard height <= side, width <= side else {
      throw ImageFormatError("--pad", "the images are \(height)×\(width), larger than \(side)")
    }
    let shape = try ImageShape(height: side, width: side, channels: channels, file: "--pad")
    let top = (side - height) / 2
    let left = (side - width) / 2
    let row = width * channels
    var padded = [UInt8](repeating: 0, count: shape.bytes)
    for y in 0..<height {
      let begin = ((top + y) * side + left) * channels
      padded.replaceSubrange(begin..<begin + row, with: pixels[y * row..<(y + 1) * row])
    }
    return Image(shape, padded)
  }
}
