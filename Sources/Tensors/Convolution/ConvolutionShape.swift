/// A 3×3, pad 1 convolution with bias and ReLU, and optionally a 2×2 max pool: VGG's only
/// block, fused so that an implementation may keep the map before pooling in cache. VGG's have stride 1.
///
/// Layouts: maps are NHWC; weights cross the boundary in PyTorch's order [K, C, 3, 3].
/// Letters: N images, H×W map, C input channels, K filters.
package struct ConvolutionShape: Equatable, Sendable {
  /// The most images one call may hold.
  package let images: Int
  package let height: Int
  package let width: Int
  /// C
  package let inputs: Int
  /// K
  package let outputs: Int
  /// Whether a 2×2 max pool, stride 2, follows (odd last rows and columns are dropped, as in PyTorch).
  package let pools: Bool
  /// Pixels from one output's window to the next one's: 1, or 2 (without pool).
  package let stride: Int
  /// The map before pooling.
  package let mapHeight: Int
  package let mapWidth: Int

  package init(
    images: Int, height: Int, width: Int, inputs: Int, outputs: Int, pools: Bool, stride: Int = 1
  ) {
    precondition(images > 0 && height > 0 && width > 0 && inputs > 0 && outputs > 0)
    precondition(stride == 1 || (stride == 2 && !pools), "strides are 1, or 2 without a pool")
    precondition(!pools || (height > 1 && width > 1), "a 2×2 pool needs a 2×2 map")
    self.images = images
    self.height = height
    self.width = width
    self.inputs = inputs
    self.outputs = outputs
    self.pools = pools
    self.stride = stride
    mapHeight = (height - 1) / stride + 1
    mapWidth = (width - 1) / stride + 1
  }

  package var outputHeight: Int { pools ? mapHeight / 2 : mapHeight }
  package var outputWidth: Int { pools ? mapWidth / 2 : mapWidth }
  /// Floats of one image's input map, map before pooling, and output map.
  package var inputCount: Int { height * width * inputs }
  package var mapCount: Int { mapHeight * mapWidth * outputs }
  package var outputCount: Int { outputHeight * outputWidth * outputs }
  package var weightCount: Int { 9 * inputs * outputs }
}
