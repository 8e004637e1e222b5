/// A set of images as bytes with their labels, for training, tests and features. They are converted to floats batch by
/// batch (`BatchAssembler`).
package struct LabelledImages: Sendable {
  /// The pixels [N, H, W, C].
  package let pixels: [UInt8]
  /// The labels [N], each the index of a class.
  package let labels: [UInt16]
  /// The height of every image, in pixels.
  package let height: Int
  /// The width of every image, in pixels.
  package let width: Int
  /// The number of channels: 1 or 3. A grey image fills all three input channels.
  package let channels: Int

  /// The number N of images.
  package var count: Int { labels.count }

  /// Makes a set from its pixels and labels.
  /// - Throws: `NetworkError` if there are not 1 or 3 channels, or if the sizes do not agree.
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

  /// The set of the images at `indices`, in that order.
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
