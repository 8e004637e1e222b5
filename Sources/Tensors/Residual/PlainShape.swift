/// A convolution and nothing after it: no bias, no ReLU, no pool. The map is padded by (k − 1)/2 rings of zeros.
///
/// Layouts: maps are NHWC; weights cross the boundary in PyTorch's order [K, C, k, k].
/// Letters: N images, H×W input map, C input channels, K filters of k×k, H'×W' output map.
package struct PlainShape: Equatable, Sendable {
  /// The most images one call may hold.
  package let images: Int
  package let height: Int
  package let width: Int
  /// C
  package let inputs: Int
  /// K
  package let outputs: Int
  /// k, odd
  package let kernel: Int
  /// Pixels from one output's window to the next one's.
  package let stride: Int

  package init(
    images: Int, height: Int, width: Int, inputs: Int, outputs: Int, kernel: Int, stride: Int
  ) {
    precondition(images > 0 && height > 0 && width > 0 && inputs > 0 && outputs > 0)
    precondition(kernel > 0 && kernel % 2 == 1 && stride > 0, "kernels have odd sides")
    self.images = images
    self.height = height
    self.width = width
    self.inputs = inputs
    self.outputs = outputs
    self.kernel = kernel
    self.stride = stride
  }

  package var padding: Int { (kernel - 1) / 2 }
  package var outputHeight: Int { (height - 1) / stride + 1 }
  package var outputWidth: Int { (width - 1) / stride + 1 }
  /// Floats of one image's input map, and of its output map.
  package var inputCount: Int { height * width * inputs }
  package var outputCount: Int { outputHeight * outputWidth * outputs }
  /// k²·C: what one filter sees at one position.
  package var windowLength: Int { kernel * kernel * inputs }
  package var weightCount: Int { windowLength * outputs }
}

extension ConvolutionShape {
  /// The convolution at the beginning of the block.
  var plain: PlainShape {
    PlainShape(
      images: images, height: height, width: width, inputs: inputs, outputs: outputs, kernel: 3,
      stride: stride)
  }
}
