// The adaptive average pool with the cells of PyTorch's `AdaptiveAvgPool2d`, compared with values computed by hand.

import Tensors
import Testing

struct AdaptiveAveragePoolTests {
  /// Three rows are divided into two cells, rows 0–1 and 1–2. Features are [C, P, P].
  @Test func cellsOverlapWhereTheSideDoesNotDivide() {
    let pool = AdaptiveAveragePool(height: 3, width: 2, channels: 2, side: 2)
    // There are two channels, of which the second is ten times the first.
    let map = Buffer([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60])
    let features = Buffer(count: 8)
    pool.forward(map, images: 1, into: features)
    #expect(features.values() == [2, 3, 4, 5, 20, 30, 40, 50])
  }

  @Test func smallMapsAreCopiedToCells() {
    let pool = AdaptiveAveragePool(height: 1, width: 1, channels: 2, side: 2)
    let features = Buffer(count: 16)
    pool.forward(Buffer([3, 4, 5, 6]), images: 2, into: features)
    #expect(features.values() == [3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6])
  }

  /// The gradient of a pixel is the sum of its shares in the cells that contain it.
  @Test func backwardIsTheAdjoint() {
    let pool = AdaptiveAveragePool(height: 3, width: 2, channels: 1, side: 2)
    let map = Buffer([Float](repeating: .nan, count: 12))
    pool.backward(Buffer([1, 2, 3, 4, 0, 0, 0, 8]), images: 2, into: map)
    #expect(map.values() == [0.5, 1, 2, 3, 1.5, 2, 0, 0, 0, 4, 0, 4])
  }
}
