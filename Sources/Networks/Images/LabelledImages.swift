/// The images that a network is trained and tested on.

/// Images as bytes with their labels: what training reads batches from. Bytes stay bytes until a
/// batch is assembled.
package struct LabelledImages: Sendable {
  /// [N, H, W, C]
  package let pixels: [UInt8]
  /// [N], each the index of a class.
  package let labels: [UInt16]
  /// The height of every image, in pixels.
  package let height: Int
  package let width: Int
  /// 1 or 3; grey is given to all three input channels.
  package let channels: Int

  package var count: Int { labels.count }

  /// - Throws: `NetworkError` if the sizes do not agree.
  package init(
    pixels: [UInt8], labels: [UInt16], height: Int, width: Int, channels: Int
  ) throws(NetworkError) {
    guard channels == 1 || channels == 3 else {
      throw NetworkError("images have 1 or 3 channels, not \(channels)")
    }
    guard height > 0, width > 0, pixels.count == labels.count * height * width * channels else {
      throw NetworkError(
        "\(pixels.count) bytes are not \(labels.count) images of \(height)×\(width)×\(channels)")
    }
    self.pixels = pixels
    self.labels = labels
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The images at `indices`, in that order.
  package func selecting(_ indices: [Int]) -> LabelledImages {
    let size = height * width * channels
    var chosen: [UInt8] = []
    chosen.reserveCapacity(indices.count * size)
    for i in indices { chosen.append(contentsOf: pixels[i * size..<(i + 1) * size]) }
    do {
      return try LabelledImages(
        pixels: chosen, labels: indices.map { labels[$0] }, height: height, width: width,
        channels: channels)
    } catch { preconditionFailure("\(error)") }
  }
}
