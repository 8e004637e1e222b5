// The passes of batch normalisation over one chunk: rows of `width` floats, a parameter's value for each place of a row.

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
}

/// Σ g and Σ g·(z − mean), with g the gradient with respect to y where y is positive (everywhere, without y); g is kept if
/// wanted.
struct ChunkGradientSums: ChannelKernel {
  let dy: UnsafePointer<Float>
  let y: UnsafePointer<Float>?
  let z: UnsafePointer<Float>
  let rows: Int
  let width: Int
  let mean: UnsafePointer<Float>
  let gated: UnsafeMutablePointer<Float>?
  let sum: UnsafeMutablePointer<Float>
  let product: UnsafeMutablePointer<Float>

  @inline(__always)
  func run<Span: ChannelSpan>(_: Span.Type, at i: Int) {
    let mean = Span(self.mean + i)
    var (sum, product) = (Span.zero, Span.zero)
    for row in 0..<rows {
      let place = row &* width &+ i
      var g = Span(dy + place)
      if let y { g = g.passed(by: Span(y + place)) }
      if let gated { g.store(to: gated + place) }
      sum = sum + g
      product = product.plus(g, times: Span(z + place) - mean)
    }
    sum.store(to: self.sum + i)
    product.store(to: self.product + i)
  }
}

/// dz = scale·g + slope·(z − mean) + shift; g as above.
struct ChunkGradient: ChannelKernel {
  let dy: UnsafePointer<Float>
  let y: UnsafePointer<Float>?
  let z: UnsafePointer<Float>
  let rows: Int
  let width: Int
  let mean: UnsafePointer<Float>
  let scale: UnsafePointer<Float>
  let slope: UnsafePointer<Float>
  let shift: UnsafePointer<Float>
  let dz: UnsafeMutablePointer<Float>

  @inline(__always)
  func run<Span: ChannelSpan>(_: Span.Type, at i: Int) {
    let (mean, scale) = (Span(self.mean + i), Span(self.scale + i))
    let (slope, shift) = (Span(self.slope + i), Span(self.shift + i))
    for row in 0..<rows {
      let place = row &* width &+ i
      var g = Span(dy + place)
      if let y { g = g.passed(by: Span(y + place)) }
      shift.plus(g, times: scale).plus(Span(z + place) - mean, times: slope).store(to: dz + place)
    }
  }
}

/// dz = scale·g, where the statistics do not depend on z; g as above, kept if wanted.
struct ChunkScaling: ChannelKernel {
  let dy: UnsafePointer<Float>
  let y: UnsafePointer<Float>?
  let rows: Int
  let width: Int
  let scale: UnsafePointer<Float>
  let gated: UnsafeMutablePointer<Float>?
  let dz: UnsafeMutablePointer<Float>

  @inline(__always)
  func run<Span: ChannelSpan>(_: Span.Type, at i: Int) {
    let scale = Span(self.scale + i)
    for row in 0..<rows {
      let place = row &* width &+ i
      var g = Span(dy + place)
      if let y { g = g.passed(by: Span(y + place)) }
      if let gated { g.store(to: gated + place) }
      (g * scale).store(to: dz + place)
    }
  }

  /// All chunks of `repeats` gradients of the same maps: y has one of each.
  static func run(
    _ chunks: ChannelChunks, repeats: Int, _ dy: Buffer, y: Buffer?, scale: UnsafePointer<Float>,
    gated: Buffer?, into dz: Buffer, _ pool: WorkerPool
  ) {
    let (width, all) = (chunks.width, chunks.rows * chunks.width)
    let (slope, gate, kept, target) = (dy.start, y?.start, gated?.start, dz.start)
    pool.run(repeats * chunks.count) { index, _ in
      let (first, rows) = chunks.chunk(index % chunks.count)
      let (place, offset) = (first * width, index / chunks.count * all + first * width)
      ChunkScaling(
        dy: slope + offset, y: gate.map { $0 + place }, rows: rows, width: width, scale: scale,
        gated: kept.map { $0 + offset }, dz: target + offset
      ).run(width: width)
    }
  }
}
