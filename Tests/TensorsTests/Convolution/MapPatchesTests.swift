// Single patches of maps, value by value.

import Tensors
import Testing

struct MapPatchesTests {
  /// Two images of 5×4 pixels and 2 channels, in which all values are different.
  static let map = Buffer((0..<2 * 5 * 4 * 2).map { Float($0 + 1) })

  /// The value of channel `c` of pixel (y, x) of `image`; zero outside the map.
  static func value(_ image: Int, _ y: Int, _ x: Int, _ c: Int) -> Float {
    (0..<5).contains(y) && (0..<4).contains(x) ? Float(((image * 5 + y) * 4 + x) * 2 + c + 1) : 0
  }

  @Test(arguments: [(1, 1), (1, 2), (3, 1), (3, 2), (7, 2), (7, 1)])
  func patchesHaveTheOrderOfPyTorchFilters(kernel: Int, stride: Int) {
    let patches = MapPatches(height: 5, width: 4, inputs: 2, kernel: kernel, stride: stride)
    // PyTorch's number is (side + 2·padding − kernel)/stride + 1 with padding (kernel − 1)/2.
    let (rows, columns) = ((5 - 1) / stride + 1, (4 - 1) / stride + 1)
    #expect(patches.positions == rows * columns && patches.columns == columns)
    #expect(patches.length == 2 * kernel * kernel)
    for image in 0..<2 {
      for position in 0..<patches.positions {
        let buffer = Buffer(count: patches.length)
        patches.gather(Self.map, image: image, position: position, into: buffer.elements)
        var expected: [Float] = []
        for c in 0..<2 {
          for r in 0..<kernel {
            for s in 0..<kernel {
              expected.append(
                Self.value(
                  image, position / columns * stride + r - kernel / 2,
                  position % columns * stride + s - kernel / 2, c))
            }
          }
        }
        #expect(buffer.values() == expected)
      }
    }
  }
}
