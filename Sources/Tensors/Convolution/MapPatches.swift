/// Single patches of NHWC maps in the order of PyTorch's filters (channel, row, column): what one
/// filter sees at one position, for measuring and sampling. `Patches` is what kernels use.
package struct MapPatches: Equatable, Sendable {
  /// Rows, columns and channels of a map.
  package let height: Int
  package let width: Int
  package let inputs: Int
  /// Height and width of a patch, odd: its middle stands on a position.
  package let kernel: Int
  /// Pixels between two positions.
  package let stride: Int

  package init(height: Int, width: Int, inputs: Int, kernel: Int = 3, stride: Int = 1) {
    precondition(height > 0 && width > 0 && inputs > 0 && kernel % 2 == 1 && stride > 0)
    (self.height, self.width, self.inputs) = (height, width, inputs)
    (self.kernel, self.stride) = (kernel, stride)
  }

  /// Floats of one image's map.
  package var inputCount: Int { height * width * inputs }
  /// Positions in a row of an image.
  package var columns: Int { (width - 1) / stride + 1 }
  /// Positions of an image: every `stride`th pixel of every `stride`th row, from the first on.
  package var positions: Int { ((height - 1) / stride + 1) * columns }
  /// d: values of a patch.
  package var length: Int { kernel * kernel * inputs }

  /// Patch [d] of `map` [N, H, W, C] around position number `position` of image `image`, zeros outside.
  package func gather(
    _ map: Buffer, image: Int, position: Int, into patch: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(image >= 0 && map.count >= (image + 1) * inputCount)
    precondition(position >= 0 && position < positions && patch.count >= length)
    guard let target = patch.baseAddress else { return }
    let (row, column) = (position / columns * stride, position % columns * stride)
    let (margin, taps) = (kernel / 2, kernel * kernel)
    for tap in 0..<taps {
      let (y, x) = (row + tap / kernel - margin, column + tap % kernel - margin)
      if y >= 0 && y < height && x >= 0 && x < width {
        let pixel = map.start + ((image * height + y) * width + x) * inputs
        for channel in 0..<inputs { target[taps * channel + tap] = pixel[channel] }
      } else {
        for channel in 0..<inputs { target[taps * channel + tap] = 0 }
      }
    }
  }
}

extension MapPatches {
  /// The patches that a convolution block's filters see.
  package init(_ shape: ConvolutionShape) {
    self.init(height: shape.height, width: shape.width, inputs: shape.inputs)
  }
}
