/// The convolution block of three input channels: a network's first, of which nobody asks the
/// gradient by its input while training.
///
/// Bias, ReLU and pool follow in the same tile, as in `WinogradEpilogue`.
public final class FirstLayerConvolution: ConvolutionBlock {
  public let shape: ConvolutionShape
  private let pool: WorkerPool
  private let workspace: Workspace
  private let filters: WinogradFilters
  /// Tiles of 4×4 positions.
  private let tileRows: Int, tileColumns: Int
  /// Floats of a padded input row.
  private let stride: Int
  private let scratchSize: Int
  private let w: Buffer, b: Buffer, vw: Buffer, vb: Buffer, g: Buffer, gb: Buffer
  /// Sums of Σ δ [K] and dW [panel][9·3][32] over a part of the batch each.
  private let partials: Buffer
  private let codes: UnsafeMutableBufferPointer<Int32>
  private var input: Buffer?, output: Buffer?

  /// At most this many parts of the batch have sums of their own, whatever the number of threads.
  private static let parts = 32
  private static let side = 4

  /// Three channels in, multiples of 16 out, and a fused multiply-add in the build.
  public static func fits(_ shape: ConvolutionShape) -> Bool {
    shape.inputs == 3 && shape.outputs % 16 == 0 && BuildTarget.fusedLanes > 0
  }

  /// - Parameter trains: whether `backward` will be called; without, its memory is not allocated.
  public init(_ shape: ConvolutionShape, pool: WorkerPool, workspace: Workspace, trains: Bool) {
    precondition(Self.fits(shape), "a first layer has three channels in, multiples of 16 out")
    self.shape = shape
    self.pool = pool
    self.workspace = workspace
    filters = WinogradFilters(inputs: 3, outputs: shape.outputs)
    tileRows = (shape.height + Self.side - 1) / Self.side
    tileColumns = (shape.width + Self.side - 1) / Self.side
    stride = ((tileColumns * Self.side + 2) * 3 + 15) / 16 * 16
    scratchSize = (Self.side + 2) * stride + tileColumns * 512
    workspace.reserve(.scratch, pool.threads * scratchSize)
    w = Buffer(count: shape.weightCount)
    b = Buffer(count: shape.outputs)
    vw = Buffer(count: trains ? shape.weightCount : 0)
    vb = Buffer(count: trains ? shape.outputs : 0)
    g = Buffer(count: trains ? shape.weightCount : 0)
    gb = Buffer(count: trains ? shape.outputs : 0)
    partials = Buffer(
      count: trains ? Self.parts * (shape.outputs + filters.outputPanels * 27 * 32) : 0)
    codes = .allocate(
      capacity: shape.pools ? shape.images * tileRows * tileColumns * shape.outputs : 0)
    codes.initialize(repeating: 0)
  }

  deinit { codes.deallocate() }

  public func load(weight: [Float], bias: [Float]) {
    precondition(bias.count == shape.outputs, "one bias a filter")
    w.load(filters.packed(weight))
    b.load(bias)
  }

  public var weight: [Float] { filters.unpacked(w.values()) }
  public var bias: [Float] { b.values() }
  public var gradient: (weight: [Float], bias: [Float]) {
    (filters.unpacked(g.values()), gb.values())
  }
  public var momentum: (weight: [Float], bias: [Float]) {
    (filters.unpacked(vw.values()), vb.values())
  }

  public func load(momentum: (weight: [Float], bias: [Float])) {
    vw.load(filters.packed(momentum.weight))
    vb.load(momentum.bias)
  }

  public func forward(_ input: Buffer, images: Int, into output: Buffer, retaining: Bool) {
    precondition(images > 0 && images <= shape.images)
    precondition(input.count >= images * shape.inputCount)
    precondition(output.count >= images * shape.outputCount)
    let epilogue = WinogradEpilogue(
      shape: shape, output: output.start, codes: retaining ? codes.baseAddress : nil, bias: b.start)
    let (x, w, filters, columns) = (input.start, w.start, filters, tileColumns)
    let (stride, band) = (stride, (Self.side + 2) * stride)
    let (scratch, size) = (workspace[.scratch].start, scratchSize)
    eachRun(images: images) { image, rows, worker in
      let pixels = scratch + worker * size
      let y = pixels + band
      for row in rows {
        self.pad(x, image: image, row: row, into: pixels)
        for panel in 0..<filters.outputPanels {
          let width = filters.width(panel)
          let weights = w + filters.offset(panel: panel, channel: 0)
          for column in 0..<columns {
            FirstLayerKernel.tile(
              pixels + column * 12, stride: stride, weights, width: width, into: y)
            for half in 0..<width / 16 {
              epilogue.finish(
                y + half * 256, side: Self.side, image: image, top: row * Self.side,
                left: column * Self.side, tile: (image * self.tileRows + row) * columns + column,
                block: 2 * panel + half)
            }
          }
        }
      }
    }
    self.input = retaining ? input : nil
    self.output = retaining ? output : nil
  }

  /// Shares out images, and runs of tile rows within large ones.
  private func eachRun(
    images: Int, _ body: (_ image: Int, _ rows: Range<Int>, _ worker: Int) -> Void
  ) {
    let runs = (tileRows + 7) / 8
    pool.run(images * runs) { chunk, worker in
      let (image, run) = (chunk / runs, chunk % runs)
      body(image, tileRows * run / runs..<tileRows * (run + 1) / runs, worker)
    }
  }

  /// The six rows of input that a row of tiles sees, with zeros around the map.
  private func pad(
    _ x: UnsafePointer<Float>, image: Int, row: Int, into pixels: UnsafeMutablePointer<Float>
  ) {
    let count = shape.width * 3
    for i in 0..<Self.side + 2 {
      let (y, target) = (row * Self.side - 1 + i, pixels + i * stride)
      target.update(repeating: 0, count: stride)
      guard y >= 0, y < shape.height else { continue }
      (target + 3).update(from: x + (image * shape.height + y) * count, count: count)
    }
  }

  public func backward(_ outputGradient: Buffer, images: Int, into inputGradient: Buffer?) {
    precondition(outputGradient.count >= images * shape.outputCount)
    guard let input, partials.count > 0 else {
      preconditionFailure("backward without a retaining forward of a block that trains")
    }
    let units = images * tileRows
    let parts = min(Self.parts, units)
    let (source, x, filters, k) = (
      source(outputGradient, images: images), input.start, filters, shape.outputs
    )
    let (sums, columns, rows) = (partials.start, tileColumns, tileRows)
    let (stride, band) = (stride, (Self.side + 2) * stride)
    let (scratch, size) = (workspace[.scratch].start, scratchSize)
    let partSize = k + filters.outputPanels * 27 * 32
    pool.run(parts) { part, worker in
      let pixels = scratch + worker * size
      let delta = pixels + band
      let biasSum = sums + part * partSize
      biasSum.update(repeating: 0, count: partSize)
      for unit in units * part / parts..<units * (part + 1) / parts {
        let (image, row) = (unit / rows, unit % rows)
        self.pad(x, image: image, row: row, into: pixels)
        for panel in 0..<filters.outputPanels {
          for column in 0..<columns {
            for half in 0..<filters.width(panel) / 16 {
              let block = 2 * panel + half
              let sum = source.fill(
                delta + (column * 512 + half * 256), side: Self.side, image: image,
                top: row * Self.side, left: column * Self.side, tile: unit * columns + column,
                block: block)
              biasSum.store(biasSum.lanes(at: block * 16) + sum, at: block * 16)
            }
          }
          FirstLayerKernel.gradient(
            pixels, stride: stride, tiles: columns, delta, into: biasSum + (k + panel * 27 * 32))
        }
      }
    }
    Reductions.addParts(sums, parts: parts, stride: partSize, count: partSize, into: sums)
    gb.start.update(from: sums, count: k)
    eachWeight { packed, partial in g.start[packed] = sums[k + partial] }
    guard let inputGradient else { return }
    self.inputGradient(outputGradient, images: images, repeats: 1, into: inputGradient)
  }

  /// Pairs of places: in the packed weights, and among the partial sums' [panel][r][s][c][32].
  private func eachWeight(_ body: (_ packed: Int, _ partial: Int) -> Void) {
    for panel in 0..<filters.outputPanels {
      let width = filters.width(panel)
      for c in 0..<3 {
        let start = filters.offset(panel: panel, channel: c)
        for tap in 0..<9 {
          for k in 0..<width {
            body(start + tap * width + k, ((panel * 9 + tap) * 3 + c) * 32 + k)
          }
        }
      }
    }
  }

  public func update(_ sgd: SGD) {
    sgd.step(w.start, vw.start, g.start, count: shape.weightCount)
    sgd.step(b.start, vb.start, gb.start, count: shape.outputs)
  }

  private var tiling: WinogradTiling {
    WinogradTiling(height: shape.height, width: shape.width, axis: FourOutputs.self, target: 1)
  }

  private func source(_ outputGradient: Buffer, images: Int) -> WinogradDelta {
    WinogradDelta(
      shape, gradient: outputGradient, output: output, codes: codes.baseAddress, images: images,
      tilesPerImage: tileRows * tileColumns)
  }

  public func preactivationGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into delta: Buffer
  ) {
    precondition(images > 0 && images <= shape.images)
    precondition(delta.count >= repeats * images * shape.mapCount)
    precondition(outputGradient.count >= repeats * images * shape.outputCount)
    let (source, tiling) = (source(outputGradient, images: images), tiling)
    let (target, size) = (delta.start, shape.mapCount)
    pool.run(repeats * images) { image, _ in
      WinogradTransform<FourOutputs>.spread(
        source, tiling, image: image, rows: 0..<tiling.rows, into: target + image * size)
    }
  }

  public func addMoment(
    of outputGradient: Buffer, images: Int, repeats: Int, with gram: GramAccumulator,
    into sum: inout Matrix
  ) {
    precondition(images > 0 && images <= shape.images)
    precondition(outputGradient.count >= repeats * images * shape.outputCount)
    let (source, tiling) = (source(outputGradient, images: images), tiling)
    gram.add(
      units: repeats * images * tiling.rows, rows: Self.side * shape.width, columns: shape.outputs,
      into: &sum
    ) { unit, target in
      let (image, row) = (unit / tiling.rows, unit % tiling.rows)
      WinogradTransform<FourOutputs>.spread(
        source, tiling, image: image, rows: row..<row + 1, into: target)
      return tiling.mapRows(row) * tiling.width
    }
  }

  /// By im2col: asked for in tests and when a first layer is not a network's first.
  public func inputGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into inputGradient: Buffer
  ) {
    let all = repeats * images
    precondition(inputGradient.count >= all * shape.inputCount)
    let delta = Buffer(count: all * shape.mapCount)
    preactivationGradient(outputGradient, images: images, repeats: repeats, into: delta)
    let (positions, k, s) = (shape.height * shape.width, shape.outputs, shape)
    let rows = Buffer(WeightOrder.kernel(weight, inputs: 3, outputs: k))
    let patches = Buffer(count: all * positions * 27)
    pool.run(all) { image, _ in
      let target = patches.start + image * positions * 27
      BLAS.gemm(
        transposeB: true, m: positions, n: 27, k: k, delta.start + image * s.mapCount, lda: k,
        rows.start, ldb: k, target, ldc: 27)
      Patches.scatter(
        target, images: 1, s, into: inputGradient.start + image * s.inputCount)
    }
  }
}
