// Images of random noise.

import Networks
import Testing

struct NoiseTests {
  let images: LabelledImages

  init() throws {
    images = try LabelledImages(
      pixels: [UInt8](repeating: 9, count: 16 * 16 * 3), labels: [4], height: 16, width: 16,
      channels: 3)
  }

  /// The mean and the variance of 25,600 bytes per channel lie within five standard errors of the requested values.
  /// Rounding adds 1/12 to the variance. No value reaches the limits of a byte.
  @Test func hasMeanAndDeviationOfEachChannel() throws {
    let (mean, std) = ([0.4, 0.5, 0.6], [0.05, 0.08, 0.02])
    let noise = try images.noise(count: 100, mean: mean, std: std)
    #expect(noise.count == 100 && noise.labels.allSatisfy { $0 == 0 })
    for c in 0..<3 {
      let values = stride(from: c, to: noise.pixels.count, by: 3).map { Double(noise.pixels[$0]) }
      let n = Double(values.count)
      let found = values.reduce(0, +) / n
      let variance = values.reduce(0) { $0 + ($1 - found) * ($1 - found) } / n
      let expected = (255 * std[c]) * (255 * std[c]) + 1.0 / 12
      #expect(abs(found - 255 * mean[c]) < 5 * (expected / n).squareRoot())
      #expect(abs(variance - expected) < 5 * expected * (2 / n).squareRoot())
    }
  }

  /// Values outside the range of a byte are clamped, not wrapped.
  @Test func isClampedToByteRange() throws {
    let noise = try images.noise(
      count: 1, mean: [0, 1, 0.5], std: [1e-9, 1e-9, 1e9])
    for (i, byte) in noise.pixels.enumerated() {
      let c = i % 3
      #expect(c == 0 ? byte == 0 : c == 1 ? byte == 255 : byte == 0 || byte == 255)
    }
  }

  @Test func refusesChannelsWithoutStatistics() throws {
    #expect(throws: NetworkError.self) {
      try images.noise(count: 1, mean: [0.5], std: [0.5])
    }
    #expect(throws: NetworkError.self) {
      try images.noise(count: 0, mean: [0, 0, 0], std: [1, 1, 1])
    }
  }
}
