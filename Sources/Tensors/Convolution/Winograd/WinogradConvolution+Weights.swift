// The weights' gradient: dU_f = V_fᵀ dM_f, dw = Gᵀ dU G, and what becomes of it.

extension WinogradConvolution {
  /// Floats between frequencies of a whole dU, [f][panel][C][32].
  var gradientStride: Int {
    filters.outputPanels * shape.inputs * PackedFilters.panel + 16
  }

  /// Whether all frequencies of a few weights are formed, transformed and applied while in cache (few
  /// tiles, many weights), or dU of the whole layer frequency by frequency (many tiles).
  func appliesAtOnce(images: Int) -> Bool {
    images * tiling.tilesPerImage <= 128 && plan.bandGroups >= tiling.groups(images: images)
  }

  /// dU of sixteen channels and one panel, all frequencies; then dW; then the next.
  func formWeightGradient(
    _ transforms: BandTransforms, _ band: MapTiling.Band, _ sink: GradientSink
  ) {
    let (filters, n, scratches) = (filters, tiling.frequencies, scratches())
    let (v, m, tiles) = (transforms.v, transforms.m, band.count)
    let step = 16 * PackedFilters.panel + 16
    eachPieceOfWeights { panel, block, worker in
      let (dU, width) = (scratches(worker), filters.width(panel))
      for f in 0..<n {
        WinogradProduct.weights(
          v, m, tiles: 0..<tiles, frequency: f, block: block, panel: panel, width: width,
          into: dU + f &* step, adds: false)
      }
      self.finish(dU, step: step, panel: panel, block: block, dU + n * step, sink)
    }
  }

  /// dU of the whole layer, in the workspace, plus what a band of tiles adds to it.
  func addWeightGradient(_ transforms: BandTransforms, _ band: MapTiling.Band) {
    let (filters, n, c) = (filters, tiling.frequencies, shape.inputs)
    let (v, m) = (transforms.v, transforms.m)
    let (dU, step) = (workspace[.weightGradient].start, gradientStride)
    let isFirst = band.first == 0
    // Enough chunks for many threads, also with nine frequencies or one.
    let parts = min(c / 16, (63 + n) / n)
    // This many tiles of a panel, and of sixteen channels, stay in the first-level cache.
    let length = 128
    pool.run(n * parts) { chunk, _ in
      let (f, part) = (chunk / parts, chunk % parts)
      let blocks = c / 16 * part / parts..<c / 16 * (part + 1) / parts
      for first in stride(from: 0, to: band.count, by: length) {
        let tiles = first..<min(first + length, band.count)
        for panel in 0..<filters.outputPanels {
          for block in blocks {
            WinogradProduct.weights(
              v, m, tiles: tiles, frequency: f, block: block, panel: panel,
              width: filters.width(panel),
              into: dU + (f &* step &+ (panel &* c &+ block &* 16) &* PackedFilters.panel),
              adds: !isFirst || first > 0)
          }
        }
      }
    }
  }

  /// dW from the whole dU.
  func finishWeightGradient(_ sink: GradientSink) {
    let (dU, step, c, scratches) = (
      workspace[.weightGradient].start, gradientStride, shape.inputs, scratches()
    )
    eachPieceOfWeights { panel, block, worker in
      self.finish(
        dU + (panel &* c &+ block &* 16) &* PackedFilters.panel, step: step, panel: panel,
        block: block, scratches(worker), sink)
    }
  }

  /// dU of sixteen input channels and one panel → dW → `sink`.
  private func finish(
    _ dU: UnsafePointer<Float>, step: Int, panel: Int, block: Int,
    _ scratch: UnsafeMutablePointer<Float>, _ sink: GradientSink
  ) {
    let width = filters.width(panel)
    form.filterGradient(dU, step: step, width: width, into: scratch)
    sink(filters.offset(panel: panel, channel: block * 16), scratch, 16 * 9 * width)
  }

  /// Shares out panels, and runs of sixteens of input channels within them.
  private func eachPieceOfWeights(_ body: (_ panel: Int, _ block: Int, _ worker: Int) -> Void) {
    let (panels, blocks) = (filters.outputPanels, shape.inputs / 16)
    let runs = max(1, min(blocks, 16 / panels))
    pool.run(panels * runs) { chunk, worker in
      let (panel, run) = (chunk / runs, chunk % runs)
      for block in blocks * run / runs..<blocks * (run + 1) / runs { body(panel, block, worker) }
    }
  }
}
