// The forward passes of batch normalisation over one chunk: rows of `width` floats, and parameters with a value for each
// place of a row.

/// Mean and sum of squared deviations of each place, in two passes over a chunk that the first has brought into cache.
struct ChunkMoments: ChannelKernel {
  let x: UnsafePointer<Float>
  let rows: Int
  let width: Int
  let mean: UnsafeMutablePointer<Float>
  let squares: UnsafeMutablePointer<Float>

  @inline(__always)
  func run<Span: ChannelSpan>(_: Span.Type, at i: Int) {
    let share = 1 / Float(rows)
    var sum = Span.zero
    for row in 0..<rows { sum = sum + Span(x + (row &* width &+ i)) }
    let mean = sum.scaled(by: share)
    var (first, second) = (Span.zero, Span.zero)
    for row in 0..<rows {
      let deviation = Span(x + (row &* width &+ i)) - mean
      first = first + deviation
      second = second.plus(deviation, times: deviation)
    }
    // The mean's own rounding.
    let correction = first.scaled(by: share)
    (mean + correction).store(to: self.mean + i)
    (second - correction * first).store(to: squares + i)
  }
}

/// y = (z − mean)·scale + shift, plus a residual, rectified.
struct ChunkNormalisation: ChannelKernel {
  let z: UnsafePointer<Float>
  let residual: UnsafePointer<Float>?
  let rows: Int
  let width: Int
  let mean: UnsafePointer<Float>
  let scale: UnsafePointer<Float>
  let shift: UnsafePointer<Float>
  let rectifies: Bool
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func run<Span: ChannelSpan>(_: Span.Type, at i: Int) {
    let (mean, scale, shift) = (Span(self.mean + i), Span(self.scale + i), Span(self.shift + i))
    for row in 0..<rows {
      let place = row &* width &+ i
      var value = shift.plus(Span(z + place) - mean, times: scale)
      if let residual { value = value + Span(residual + place) }
      (rectifies ? value.passed(by: value) : value).store(to: y + place)
    }
  }

  /// All chunks; parameters have a value for each place of a row.
  static func run(
    _ chunks: ChannelChunks, _ z: Buffer, adding residual: Buffer?, mean: UnsafePointer<Float>,
    scale: UnsafePointer<Float>, shift: UnsafePointer<Float>, rectifies: Bool, into y: Buffer,
    _ pool: WorkerPool
  ) {
    let (source, other, target, width) = (z.start, residual?.start, y.start, chunks.width)
    pool.run(chunks.count) { index, _ in
      let (first, rows) = chunks.chunk(index)
      let offset = first * width
      ChunkNormalisation(
        z: source + offset, residual: other.map { $0 + offset }, rows: rows, width: width,
        mean: mean, scale: scale, shift: shift, rectifies: rectifies, y: target + offset
      ).run(width: width)
    }
  }
}
