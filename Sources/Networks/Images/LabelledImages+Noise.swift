/// Images in which there is nothing to see.

import Tensors

extension LabelledImages {
  /// Noise as large as these images: every byte independent, normal with its colour's mean and deviation, rounded and
  /// cut to 0…255. Labels are 0. The same bytes whatever the images show.
  ///
  /// - Parameters:
  ///   - mean: of each colour, of values in [0, 1]; grey images take the first.
  ///   - std: likewise.
  /// - Throws: `NetworkError` if a colour has no mean or no deviation.
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
