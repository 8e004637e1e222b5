// Conversion of images from bytes to a network's input.

import Tensors

/// The conversion of images from bytes to the input of a batch: they are resized bilinearly if their side differs, divided
/// by 255, and normalised by channel.
package struct BatchAssembler: Sendable {
  private let images: LabelledImages
  /// The height and width of the input, in pixels.
  package let side: Int
  /// The resampler; nil if images already have the right side.
  private let resampler: BilinearResampler?
  /// The normalised value of each byte in each channel, [3][256].
  private let table: [Float]

  /// Prepares the conversion.
  ///
  /// - Parameter preparation: The side, mean and standard deviation. Without a side, images keep their height.
  /// - Throws: `NetworkError` if a mean or a standard deviation is missing or not finite, if a standard deviation is not
  ///   positive, or if the side is not in 1…4096.
  package init(
    _ images: LabelledImages, _ preparation: Network.Preparation
  ) throws(NetworkError) {
    let (mean, std) = (preparation.mean, preparation.std)
    let side = preparation.side ?? images.height
    guard mean.count == Architecture.inputChannels, std.count == mean.count,
      (mean + std).allSatisfy(\.isFinite), std.allSatisfy({ $0 > 0 })
    else {
      throw NetworkError("normalisation needs three finite means and three positive deviations")
    }
    guard (1...4096).contains(side) else {
      throw NetworkError("inputs are 1 to 4096 pixels high and wide, not \(side)")
    }
    resampler =
      images.height == side && images.width == side
      ? nil
      : BilinearResampler(
        height: images.height, width: images.width, channels: images.channels, toHeight: side,
        toWidth: side)
    self.images = images
    self.side = side
    table = (0..<Architecture.inputChannels).flatMap { c in
      (0..<256).map { Float((Double($0) / 255 - mean[c]) / std[c]) }
    }
  }

  /// Fills `input` [N, side, side, 3] with the images at `indices`.
  ///
  /// - Parameter changes: The change that is first applied to each image; nil means none.
  package func assemble(
    _ indices: ArraySlice<Int>, changes: [ImageChange]? = nil, into input: Buffer, pool: WorkerPool
  ) {
    precondition(changes.map { $0.count == indices.count } ?? true)
    let pixelsOut = side * side * Architecture.inputChannels
    precondition(input.count >= indices.count * pixelsOut)
    precondition(indices.allSatisfy { $0 >= 0 && $0 < images.count }, "an image that is not there")
    let size = images.height * images.width * images.channels
    let first = indices.startIndex
    images.pixels.withUnsafeBufferPointer { pixels in
      table.withUnsafeBufferPointer { table in
        guard let source = pixels.baseAddress, let table = table.baseAddress,
          let start = input.elements.baseAddress
        else { return }
        pool.run(indices.count) { n, _ in
          let image = UnsafeBufferPointer(start: source + indices[first + n] * size, count: size)
          let target = start + n * pixelsOut
          guard
            let changed = changes?[n].applied(
              to: image, height: images.height, width: images.width, channels: images.channels)
          else {
            return prepare(image, table, into: target)
          }
          changed.withUnsafeBufferPointer { prepare($0, table, into: target) }
        }
      }
    }
  }

  private func prepare(
    _ image: UnsafeBufferPointer<UInt8>, _ table: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    guard let resampler else { return normalise(image, table, into: target) }
    resampler.apply(Array(image)).withUnsafeBufferPointer { normalise($0, table, into: target) }
  }

  private func normalise(
    _ image: UnsafeBufferPointer<UInt8>, _ table: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    guard let image = image.baseAddress else { return }
    let step = images.channels == 1 ? 0 : 1
    for position in 0..<side * side {
      let pixel = image + position * images.channels
      for c in 0..<Architecture.inputChannels {
        target[position * 3 + c] = table[c * 256 + Int(pixel[c * step])]
      }
    }
  }
}
