// The backward passes of batch normalisation over one chunk: rows of `width` floats, and parameters with a value for each
// place of a row.

/// Where the gradient with respect to y passes ReLU, over one chunk.
enum ChunkGate {
  /// No ReLU follows.
  case open
  /// Where y is positive.
  case read(y: UnsafePointer<Float>)
  /// Where (z − mean)·scale + shift is positive. This is y where no residual was added: recomputing it as
  /// `ChunkNormalisation` did takes less time than reading it.
  case computed(scale: UnsafePointer<Float>, shift: UnsafePointer<Float>)

  /// The gate of the chunk `offset` floats on.
  func from(_ offset: Int) -> ChunkGate {
    if case .read(let y) = self { .read(y: y + offset) } else { self }
  }

  /// g at `place`, whose channels have parameters from `i` on.
  @inline(__always)
  func pass<Span: ChannelSpan>(_ g: Span, at place: Int, _ deviation: Span, _ i: Int) -> Span {
    switch self {
    case .open: g
    case .read(let y): g.passed(by: Span(y + place))
    case .computed(let scale, let shift):
      g.passed(by: Span(shift + i).plus(deviation, times: Span(scale + i)))
    }
  }
}

/// Σ g and Σ g·(z − mean), with g the gradient with respect to y where the gate lets it pass; g is kept if wanted.
struct ChunkGradientSums: ChannelKernel {
  let dy: UnsafePointer<Float>
  let gate: ChunkGate
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
      let deviation = Span(z + place) - mean
      let g = gate.pass(Span(dy + place), at: place, deviation, i)
      if let gated { g.store(to: gated + place) }
      sum = sum + g
      product = product.plus(g, times: deviation)
    }
    sum.store(to: self.sum + i)
    product.store(to: self.product + i)
  }

  /// All chunks; both sums of each chunk lie one after the other, as `ChannelChunks.eachSum` reads them.
  static func run(
    _ chunks: ChannelChunks, dy: Buffer, gate: ChunkGate, z: Buffer, mean: UnsafePointer<Float>,
    gated: Buffer?, into sums: UnsafeMutablePointer<Float>, _ pool: WorkerPool
  ) {
    let (slope, source, kept, width) = (dy.start, z.start, gated?.start, chunks.width)
    pool.run(chunks.count) { index, _ in
      let (first, rows) = chunks.chunk(index)
      let (offset, sum) = (first * width, sums + 2 * index * width)
      ChunkGradientSums(
        dy: slope + offset, gate: gate.from(offset), z: source + offset, rows: rows, width: width,
        mean: mean, gated: kept.map { $0 + offset }, sum: sum, product: sum + width
      ).run(width: width)
    }
  }
}

/// dz = scale·g + slope·(z − mean) + shift; g as above.
struct ChunkGradient: ChannelKernel {
  let dy: UnsafePointer<Float>
  let gate: ChunkGate
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
      let deviation = Span(z + place) - mean
      let g = gate.pass(Span(dy + place), at: place, deviation, i)
      shift.plus(g, times: scale).plus(deviation, times: slope).store(to: dz + place)
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
