/// The convolution block of three input channels: a network's first, whose input needs no gradient while
/// training.
///
/// Bias, ReLU and pool follow in the same tile, as in `TileEpilogue`.
package final class FirstLayerConvolution: PackedConvolution, ConvolutionBlock {
  /// Floats of a padded input row.
  private let stride: Int
  private let scratchSize: Int
  /// Sums of Σ δ [K] and dW [panel][9·3][32] over a part of the batch each.
  private let partials: Buffer

  /// At most this many parts of the batch have sums of their own, whatever the number of threads.
  private static let parts = 32
  private static let side = 4

  /// Three channels in, multiples of 16 out, and a fused multiply-add in the build.
  package static func fits(_ shape: ConvolutionShape) -> Bool {
    shape.inputs == 3 && shape.outputs % 16 == 0 && shape.stride == 1 && BuildTarget.fusedLanes > 0
  }

  /// - Parameters:
  ///   - path: what its parameters' names begin with, `features.0.`
  ///   - trains: whether `backward` will be called; without, its memory is not allocated.
  ///   - isPlain: whether neither bias nor ReLU follow.
  package init(
    _ shape: ConvolutionShape, path: String = "", pool: WorkerPool, workspace: Workspace,
    trains: Bool, isPlain: Bool = false
  ) {
    precondition(Self.fits(shape), "a first layer has three channels in, multiples of 16 out")
    let tiling = MapTiling(shape, axis: FourOutputs.self, target: 1)
    stride = ((tiling.columns * Self.side + 2) * 3 + 15) / 16 * 16
    scratchSize = (Self.side + 2) * stride + tiling.columns * 512
    let panels = (shape.outputs + PackedFilters.panel - 1) / PackedFilters.panel
    partials = Buffer(count: trains ? Self.parts * (shape.outputs + panels * 27 * 32) : 0)
    super.init(
      shape, FourByFour.self, tiling, pool: pool, workspace: workspace, path: path, trains: trains,
      isPlain: isPlain)
    workspace.reserve(.scratch, pool.threads * scratchSize)
  }

  package func forward(_ input: Buffer, images: Int, into output: Buffer, retaining: Bool) {
    precondition(images > 0 && images <= shape.images)
    precondition(input.count >= images * shape.inputCount)
    precondition(output.count >= images * shape.outputCount)
    let epilogue = TileEpilogue(
      shape: shape, output: output.start, codes: retaining ? codes.baseAddress : nil,
      bias: isPlain ? nil : bias.memory.start)
    let (x, w, filters, columns) = (input.start, weight.memory.start, filters, tiling.columns)
    let (stride, band) = (stride, (Self.side + 2) * stride)
    let (scratch, size) = (workspace[.scratch].start, scratchSize)
    let tileRows = tiling.rows
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
                left: column * Self.side, tile: (image * tileRows + row) * columns + column,
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
    let tileRows = tiling.rows
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

  package func backward(
    _ outputGradient: Buffer, images: Int, into inputGradient: Buffer?, _ use: GradientUse
  ) {
    formGradients(outputGradient, images: images)
    if let inputGradient {
      self.inputGradient(outputGradient, images: images, repeats: 1, into: inputGradient)
    }
    if case .apply(let rule) = use { for p in [weight, bias] { p.step(rule, pool: pool) } }
  }

  private func formGradients(_ outputGradient: Buffer, images: Int) {
    guard let input, partials.count > 0 else {
      preconditionFailure("backward without a retaining forward of a block that trains")
    }
    let units = images * tiling.rows
    let parts = min(Self.parts, units)
    let (source, x, k) = (delta(outputGradient, images: images), input.start, shape.outputs)
    let filters = filters
    let (sums, columns, rows) = (partials.start, tiling.columns, tiling.rows)
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
    bias.keptGradient.start.update(from: sums, count: bias.count)
    let g = weight.keptGradient.start
    eachWeight { packed, partial in g[packed] = sums[k + partial] }
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

  /// By im2col: asked for in tests and when a first layer is not a network's first.
  package func inputGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into inputGradient: Buffer
  ) {
    let all = repeats * images
    precondition(inputGradient.count >= all * shape.inputCount)
    let delta = Buffer(count: all * shape.mapCount)
    preactivationGradient(outputGradient, images: images, repeats: repeats, into: delta)
    let (positions, k, s) = (shape.height * shape.width, shape.outputs, shape)
    let rows = Buffer(WeightOrder.kernel(weight.values, inputs: 3, outputs: k))
    let patches = Buffer(count: all * positions * 27)
    pool.run(all) { image, _ in
      let target = patches.start + image * positions * 27
      BLAS.gemm(
        transposeB: true, m: positions, n: 27, k: k, delta.start + image * s.mapCount, lda: k,
        rows.start, ldb: k, target, ldc: 27)
      let map = inputGradient.start + image * s.inputCount
      map.update(repeating: 0, count: s.inputCount)
      Patches.scatter(target, rows: 0..<s.height, s.plain, into: map)
    }
  }
}
