// Images of random noise.

import Tensors

extension LabelledImages {
  /// Images of noise with the size of these images. All labels are 0.
  ///
  /// Every byte is an independent normal draw with the mean and standard deviation of its channel, rounded and clamped to
  /// 0…255. The bytes do not depend on the contents of the images.
  ///
  /// - Parameters:
  ///   - count: The number of images.
  ///   - mean: The mean of each channel, of values in [0, 1]. Grey images use the first.
  ///   - std: The standard deviation of each channel, likewise.
  /// - Throws: `NetworkError` if `count` is not positive, or if a channel has no mean or no standard deviation.
  package func noise(
    count: Int, mean: [Double], std: [Double]
  ) throws(NetworkError) -> LabelledImages {
    guard count > 0, mean.count >= channels, std.count >= channels else {
      throw NetworkError("noise needs an image, and each colour's mean and deviation")
    }
    var stream = RandomStream(seed: 0, .noise)
    let pixels = stream.normals(count * height * width * channels).enumerated().map { i, z in
      let c = i % channels
      return UInt8(min(max((255 * (mean[c] + std[c] * Double(z))).rounded(), 0), 255))
    }
    return try LabelledImages(
      pixels: pixels, labels: [UInt16](repeating: 0, count: count), height: height, width: width,
      channels: channels)
  }
}
