// Bilinear resizing as Pillow's `Image.resize(size, BILINEAR)`: separable, with the filter widened
// to the scale when shrinking (so it does not alias), in 22-bit fixed point, columns first, rounded
// to UInt8 between the two passes. Bytes equal Pillow's; save that Pillow 13 and later begin with the
// rows when the height shrinks much more than the width, which moves some pixels by one level.

/// The weights of one resizing, computed once for images of equal size.
package struct BilinearResampler: Sendable {
  private let height: Int
  private let width: Int
  private let channels: Int
  private let targetWidth: Int
  private let columns: Axis?
  private let rows: Axis?

  /// From [height, width, channels] to [targetHeight, targetWidth, channels].
  package init(
    height: Int, width: Int, channels: Int, toHeight targetHeight: Int, toWidth targetWidth: Int
  ) {
    precondition(height > 0 && width > 0 && channels > 0 && targetHeight > 0 && targetWidth > 0)
    self.height = height
    self.width = width
    self.channels = channels
    self.targetWidth = targetWidth
    columns = width == targetWidth ? nil : Axis(from: width, to: targetWidth)
    rows = height == targetHeight ? nil : Axis(from: height, to: targetHeight)
  }

  /// The image's bytes, row-major with interleaved channels, at the other size.
  package func apply(_ pixels: [UInt8]) -> [UInt8] {
    precondition(pixels.count == height * width * channels, "an image of another size")
    var pixels = pixels
    if let columns { pixels = columns.acrossColumns(pixels, rows: height, channels: channels) }
    if let rows { pixels = rows.acrossRows(pixels, stride: targetWidth * channels) }
    return pixels
  }
}

/// One axis: output i is the sum of `weights[i·taps ..< i·taps + count[i]]` times the inputs that
/// begin at `start[i]`.
private struct Axis: Sendable {
  static let precision: Int32 = 22
  let input: Int
  let taps: Int
  let start: [Int]
  let count: [Int]
  let weights: [Int32]

  init(from input: Int, to output: Int) {
    let scale = Double(input) / Double(output)
    let support = max(scale, 1)
    let taps = Int(support.rounded(.up)) * 2 + 1
    var start = [Int](repeating: 0, count: output)
    var count = [Int](repeating: 0, count: output)
    var weights = [Int32](repeating: 0, count: output * taps)
    for i in 0..<output {
      let center = (Double(i) + 0.5) * scale
      let first = max(Int(center - support + 0.5), 0)
      let last = min(Int(center + support + 0.5), input)
      var exact = (first..<last).map { x in
        max(0, 1 - abs((Double(x) - center + 0.5) * (1 / support)))
      }
      let total = exact.reduce(0, +)
      if total != 0 { exact = exact.map { $0 / total } }
      start[i] = first
      count[i] = exact.count
      for (k, weight) in exact.enumerated() {
        weights[i * taps + k] = Int32(0.5 + weight * Double(1 << Self.precision))
      }
    }
    self.input = input
    self.taps = taps
    self.start = start
    self.count = count
    self.weights = weights
  }

  /// [rows, input, channels] → [rows, output, channels]
  func acrossColumns(_ pixels: [UInt8], rows: Int, channels: Int) -> [UInt8] {
    let output = start.count
    return pixels.withUnsafeBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: rows * output * channels) { target, initialized in
        for row in 0..<rows {
          for i in 0..<output {
            for channel in 0..<channels {
              var sum: Int32 = 1 << (Self.precision - 1)
              var position = (row * input + start[i]) * channels + channel
              for k in i * taps..<i * taps + count[i] {
                sum &+= Int32(source[position]) &* weights[k]
                position += channels
              }
              target[(row * output + i) * channels + channel] = Self.level(sum)
            }
          }
        }
        initialized = rows * output * channels
      }
    }
  }

  /// [input, stride] → [output, stride]: whole rows are added, which the compiler vectorises.
  func acrossRows(_ pixels: [UInt8], stride: Int) -> [UInt8] {
    let output = start.count
    return pixels.withUnsafeBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: output * stride) { target, initialized in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: stride) { sums in
          for i in 0..<output {
            sums.update(repeating: 1 << (Self.precision - 1))
            for k in 0..<count[i] {
              let weight = weights[i * taps + k]
              let row = (start[i] + k) * stride
              for x in 0..<stride { sums[x] &+= Int32(source[row + x]) &* weight }
            }
            for x in 0..<stride { target[i * stride + x] = Self.level(sums[x]) }
          }
        }
        initialized = output * stride
      }
    }
  }

  private static func level(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum >> precision, 0), 255))
  }
}
