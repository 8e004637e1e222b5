// Bilinear resampling of maps, compared with values computed by hand. NetworksTests compares it with PyTorch.

import Tensors
import Testing

struct BilinearMapsTests {
  @Test func twoPixelsBecomeFour() {
    let row: [Float] = [0, 1, 0, 1]
    let wide: [Float] = [0, 0.25, 0.75, 1]
    #expect(BilinearMaps(from: 2, to: 4).apply(row) == wide + wide + wide + wide)
  }

  /// Only the two middle values of four are used. There is no averaging over a larger area.
  @Test func shrinkingDoesNotAverage() {
    let map: [Float] = (0..<16).map { Float($0 * $0) }
    #expect(BilinearMaps(from: 4, to: 1).apply(map) == [(25 + 36 + 81 + 100) / 4])
    #expect(BilinearMaps(from: 3, to: 3).apply(Array(map[..<9])) == Array(map[..<9]))
  }
}
