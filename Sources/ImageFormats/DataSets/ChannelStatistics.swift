// Mean and standard deviation of each channel, from exact integer sums, which do not depend on the order
// in which images are added, or on the threads that add them.

/// Sums of the levels (0–255) and of their squares, per channel.
package struct ChannelStatistics: Sendable, Equatable {
  private var sums: [UInt64]
  private var squares: [UInt64]
  private var pixels: UInt64 = 0

  /// Statistics without images yet, for 1 or 3 channels.
  package init(channels: Int) {
    sums = [UInt64](repeating: 0, count: channels)
    squares = sums
  }

  /// Adds whole pixels [n, channels]. Exact up to 2⁴⁸ pixels.
  package mutating func add(_ levels: UnsafeBufferPointer<UInt8>) {
    let channels = sums.count
    // 65,536 squares of 255 still fit in 32 bits, which vectorise twice as wide as 64 bits.
    for block in stride(from: 0, to: levels.count, by: 65_536 * channels) {
      let end = min(block + 65_536 * channels, levels.count)
      for channel in 0..<channels {
        var sum: UInt32 = 0
        var square: UInt32 = 0
        for i in stride(from: block + channel, to: end, by: channels) {
          let level = UInt32(levels[i])
          sum &+= level
          square &+= level &* level
        }
        sums[channel] += UInt64(sum)
        squares[channel] += UInt64(square)
      }
    }
    pixels += UInt64(levels.count / channels)
  }

  /// Adds the sums of other statistics, with the same number of channels.
  package mutating func add(_ other: ChannelStatistics) {
    for channel in sums.indices where channel < other.sums.count {
      sums[channel] += other.sums[channel]
      squares[channel] += other.squares[channel]
    }
    pixels += other.pixels
  }

  /// Per-channel means in [0, 1]; zeros when nothing was added.
  package var mean: [Double] {
    sums.map { Double($0) / Double(max(pixels, 1)) / 255 }
  }

  /// Per-channel standard deviations in [0, 1], divided by n (not n − 1).
  package var std: [Double] {
    zip(sums, squares).map { sum, square in
      let n = Double(max(pixels, 1))
      let mean = Double(sum) / n
      return max(0, Double(square) / n - mean * mean).squareRoot() / 255
    }
  }
}
