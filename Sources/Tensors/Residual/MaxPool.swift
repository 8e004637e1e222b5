/// Max pooling of NHWC maps by windows of 3×3 with stride 2 and padding 1, as residual networks have it after their first
/// convolution. Padding is never the largest.
///
/// The backward pass needs one byte an output: which of the nine was the first largest in reading order, as in PyTorch.
package final class MaxPool {
  package let channels: Int
  package let height: Int
  package let width: Int
  /// The most images one call may hold.
  package let images: Int
  private let pool: WorkerPool
  private let codeMemory: Buffer
  /// Images of the last forward pass.
  private var pooled = 0

  package init(channels: Int, height: Int, width: Int, images: Int, pool: WorkerPool) {
    precondition(channels > 0 && height > 0 && width > 0 && images > 0)
    (self.channels, self.height, self.width) = (channels, height, width)
    (self.images, self.pool) = (images, pool)
    let outputs = ((height - 1) / 2 + 1) * ((width - 1) / 2 + 1) * channels
    codeMemory = Buffer(count: (images * outputs + 3) / 4)
  }

  package var outputHeight: Int { (height - 1) / 2 + 1 }
  package var outputWidth: Int { (width - 1) / 2 + 1 }
  /// Floats of one image's input and output.
  package var inputCount: Int { height * width * channels }
  package var outputCount: Int { outputHeight * outputWidth * channels }

  private var codes: UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(codeMemory.start).assumingMemoryBound(to: UInt8.self)
  }

  /// x [N, H, W, C] → y [N, H', W', C], and what `backward` needs. NaN counts as largest.
  package func forward(_ x: Buffer, images: Int, into y: Buffer) {
    precondition(images > 0 && images <= self.images)
    precondition(x.count >= images * inputCount && y.count >= images * outputCount)
    let (source, target, codes, c) = (x.start, y.start, codes, channels)
    pool.run(images * outputHeight) { row, _ in
      let x = source + row / self.outputHeight * self.inputCount
      for left in 0..<self.outputWidth {
        let place = (row * self.outputWidth + left) * c
        let window = Window(self, top: row % self.outputHeight, left: left)
        walk(
          c,
          vector: { i in
            let (value, code) = window.largest(x + i, of: Lanes.self)
            target.store(value, at: place + i)
            UnsafeMutableRawPointer(codes + place + i).storeBytes(
              of: SIMD16<UInt8>(truncatingIfNeeded: SIMD16<Int32>(code)), as: SIMD16<UInt8>.self)
          },
          scalar: { i in
            let (value, code) = window.largest(x + i, of: Float.self)
            target[place + i] = value
            codes[place + i] = UInt8(code)
          })
      }
    }
    pooled = images
  }

  /// Gradients with respect to y [R·N, H', W', C], R = `repeats` of the same N images, image index fastest → with respect to
  /// x [R·N, H, W, C] (overwritten). Follows a `forward` of the N images.
  package func backward(_ dy: Buffer, images: Int, repeats: Int = 1, into dx: Buffer) {
    precondition(images > 0 && repeats > 0)
    precondition(images <= pooled, "backward without a forward pass of these images")
    precondition(dy.count >= repeats * images * outputCount)
    precondition(dx.count >= repeats * images * inputCount)
    let (source, target, codes, c) = (dy.start, dx.start, codes, channels)
    // Windows of one image overlap: one thread adds all of them.
    pool.run(repeats * images) { image, _ in
      let (dx, kept) = (target + image * self.inputCount, image % images * self.outputCount)
      dx.update(repeating: 0, count: self.inputCount)
      for position in 0..<self.outputHeight * self.outputWidth {
        let window = Window(
          self, top: position / self.outputWidth, left: position % self.outputWidth)
        let dy = source + image * self.outputCount + position * c
        let codes = codes + kept + position * c
        for i in 0..<c { dx[window.pixel(Int(codes[i])) + i] += dy[i] }
      }
    }
  }

  /// The pixels that one output sees: rows and columns of a window, as far as they are in the map.
  private struct Window {
    let rows: Range<Int>
    let columns: Range<Int>
    /// Floats from the start of the map to the window's first tap, which may be outside.
    let start: Int
    let down: Int
    let across: Int

    init(_ pool: MaxPool, top: Int, left: Int) {
      let (y, x) = (2 * top - 1, 2 * left - 1)
      rows = max(0, -y)..<min(3, pool.height - y)
      columns = max(0, -x)..<min(3, pool.width - x)
      (down, across) = (pool.width * pool.channels, pool.channels)
      start = y * down + x * across
    }

    /// Place of tap 3·row + column.
    @inline(__always)
    func pixel(_ tap: Int) -> Int { start &+ tap / 3 &* down &+ tap % 3 &* across }

    /// The first largest value and its tap, as floats: comparisons and selections of floats become vector
    /// instructions where those of integers do not.
    @inline(__always)
    func largest<Span: PooledSpan>(_ x: UnsafePointer<Float>, of: Span.Type) -> (Span, Span) {
      var best = Span(x + pixel(3 &* rows.lowerBound &+ columns.lowerBound))
      var code = Span.all(Float(3 &* rows.lowerBound &+ columns.lowerBound))
      for row in rows {
        for column in columns {
          let tap = 3 &* row &+ column
          best.replaceIfLarger(Span(x + pixel(tap)), &code, by: Float(tap))
        }
      }
      return (best, code)
    }
  }
}

/// Channels whose largest values are found together.
private protocol PooledSpan: ChannelSpan {
  static func all(_ value: Float) -> Self
  /// Replaces values by larger ones or NaN, except values that are NaN already; where it does, the code becomes `label`.
  mutating func replaceIfLarger(_ other: Self, _ code: inout Self, by label: Float)
}

extension SIMD16<Float>: PooledSpan {
  @inline(__always) static func all(_ value: Float) -> Lanes { Lanes(repeating: value) }

  @inline(__always)
  mutating func replaceIfLarger(_ other: Lanes, _ code: inout Lanes, by label: Float) {
    let wins = (other .> self) .| (other .!= other)
    replace(with: other, where: wins)
    code.replace(with: label, where: wins)
  }
}

extension Float: PooledSpan {
  @inline(__always) static func all(_ value: Float) -> Float { value }

  @inline(__always)
  mutating func replaceIfLarger(_ other: Float, _ code: inout Float, by label: Float) {
    if other > self || other.isNaN { (self, code) = (other, label) }
  }
}
