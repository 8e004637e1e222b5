/// Small pictures in rows, each with its own name: feature maps beside the image that they look at.

/// A square picture that is shown larger than it is, its pixels as squares.
public struct Tile: Sendable, Equatable {
  public var title: String
  public var side: Int
  /// RGB in 0…255, [side, side, 3], row-major.
  public var pixels: [UInt8]

  public init(title: String, side: Int, pixels: [UInt8]) {
    self.title = title
    self.side = side
    self.pixels = pixels
  }

  /// An uncompressed Windows bitmap: the one format of browsers that takes a few lines to write.
  var bitmap: [UInt8] {
    func little(_ value: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let padding = [UInt8](repeating: 0, count: (4 - side * 3 % 4) % 4)
    let size = side * (side * 3 + padding.count)
    var bytes = Array("BM".utf8) + little(54 + size, 4) + little(0, 4) + little(54, 4)
    bytes += little(40, 4) + little(side, 4) + little(side, 4) + little(1, 2) + little(24, 2)
    bytes += little(0, 4) + little(size, 4) + little(2835, 4) + little(2835, 4) + little(0, 8)
    // From the lowest row up, blue first.
    for row in (0..<side).reversed() {
      for column in 0..<side {
        let pixel = (row * side + column) * 3
        guard pixels.indices.contains(pixel + 2) else { return [] }
        bytes += [pixels[pixel + 2], pixels[pixel + 1], pixels[pixel]]
      }
      bytes += padding
    }
    return bytes
  }

  var html: String {
    "<li><img width=\"\(side)\" height=\"\(side)\" alt=\"\(escaped(title))\" "
      + "src=\"data:image/bmp;base64,\(base64(bitmap))\"><span aria-hidden=\"true\">"
      + "\(escaped(title))</span></li>\n"
  }
}
