// Bias, ReLU and max pooling of the direct block, compared with the definition. There are seventeen channels, so that both
// the vector and the remainder code are used.

import Tensors
import Testing

struct PoolingTests {
  static let channels = 17

  struct Example {
    let height: Int
    let width: Int
    let map: [Float]
    let bias: [Float]
    let gradient: [Float]
  }

  /// Values that are multiples of ¼, so that ties occur and sums are exact.
  static func example(_ height: Int, _ width: Int) -> Example {
    var stream = RandomStream(seed: UInt64(height), .probes)
    func quarters(_ count: Int) -> [Float] {
      stream.normals(count).map { ($0 * 4).rounded() / 4 }
    }
    return Example(
      height: height, width: width, map: quarters(height * width * channels),
      bias: quarters(channels), gradient: quarters((height / 2) * (width / 2) * channels))
  }

  /// The window of each output, as indices in the map in reading order.
  static func windows(_ example: Example) -> [[Int]] {
    (0..<example.height / 2).flatMap { row in
      (0..<example.width / 2).flatMap { column in
        (0..<channels).map { c in
          (0..<4).map { i in
            ((2 * row + i / 2) * example.width + 2 * column + i % 2) * channels + c
          }
        }
      }
    }
  }

  @Test(arguments: [(4, 6), (5, 3), (2, 2)])
  func firstMaximumOfAWindowDeterminesValueAndGradient(_ height: Int, _ width: Int) {
    let example = Self.example(height, width)
    var output = [Float](repeating: .nan, count: example.gradient.count)
    var delta = [Float](repeating: .nan, count: example.map.count)
    var codes = [UInt8](repeating: 99, count: output.count)
    Pooling.forward(
      example.map, bias: example.bias, height: height, width: width, channels: Self.channels,
      into: &output, codes: &codes)
    Pooling.backward(
      example.gradient, codes: codes, height: height, width: width, channels: Self.channels,
      into: &delta)

    var expected = [Float](repeating: 0, count: delta.count)
    var ties = 0
    for (i, window) in Self.windows(example).enumerated() {
      let best = window.map { example.map[$0] }.max() ?? 0
      let value = best + example.bias[i % Self.channels]
      #expect(output[i] == max(value, 0))
      guard value > 0, let first = window.first(where: { example.map[$0] == best }) else {
        continue
      }
      expected[first] = example.gradient[i]
      ties += window.count { example.map[$0] == best } - 1
    }
    #expect(delta == expected)
    #expect(ties > 0 || height == 2)
  }

  @Test func positiveOutputsPassTheirGradientWithoutAPool() {
    let example = Self.example(3, 2)
    let count = example.map.count
    var output = [Float](repeating: .nan, count: count)
    var delta = output
    let gradient = (0..<count).map { Float($0 + 1) }
    Pooling.rectify(
      example.map, bias: example.bias, positions: 6, channels: Self.channels, into: &output)
    Pooling.rectifyBackward(gradient, output: output, count: count, into: &delta)
    for i in 0..<count {
      let value = example.map[i] + example.bias[i % Self.channels]
      #expect(output[i] == max(value, 0))
      #expect(delta[i] == (value > 0 ? gradient[i] : 0))
    }
  }
}
