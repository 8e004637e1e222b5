// The weights' gradient: dU_f = V_fᵀ dM_f, dw = Gᵀ dU G, and what becomes of it.

extension WinogradConvolution {
  /// Floats between frequencies of a whole dU, [f][panel][C][32].
  var gradientStride: Int {
    filters.outputPanels * shape.inputs * WinogradFilters.panel + 16
  }

  /// Whether all frequencies of a few weights are formed, transformed and applied while in cache (few
  /// tiles, many weights), or dU of the whole layer frequency by frequency (many tiles).
  func appliesAtOnce(images: Int) -> Bool {
    images * tiling.tilesPerImage <= 128 && WinogradLayout.isBlocked
  }

  /// Forms dW piece by piece, in the order of the packed weights, and gives each to `sink`.
  func weightGradient(
    images: Int,
    _ sink: (_ offset: Int, _ gradient: UnsafePointer<Float>, _ count: Int) -> Void
  ) {
    if appliesAtOnce(images: images) {
      gradientByWeight(images: images, sink)
    } else {
      gradientByFrequency(images: images, sink)
    }
  }

  private func gradientByWeight(
    images: Int, _ sink: (Int, UnsafePointer<Float>, Int) -> Void
  ) {
    guard let v = kept?.start else { preconditionFailure("a block that does not train") }
    let (tiling, filters, n) = (tiling, filters, tiling.frequencies)
    let (c, k, m) = (shape.inputs, shape.outputs, workspace[.product].start)
    let groups = tiling.groups(images: images)
    let step = 16 * WinogradFilters.panel + 16
    let scratches = scratches()
    eachPieceOfWeights { panel, block, worker in
      let (dU, width) = (scratches(worker), filters.width(panel))
      for index in 0..<groups {
        let group = tiling.group(index, images: images)
        let (v, m) = (
          WinogradLayout(v, group, frequencies: n, channels: c),
          WinogradLayout(m, group, frequencies: n, channels: k)
        )
        for f in 0..<n {
          WinogradProduct.weights(
            v, m, tiles: group.count, frequency: f, block: block, panel: panel, width: width,
            into: dU + f &* step, adds: index > 0)
        }
      }
      self.finish(dU, step: step, panel: panel, block: block, dU + n * step, sink)
    }
  }

  private func gradientByFrequency(
    images: Int, _ sink: (Int, UnsafePointer<Float>, Int) -> Void
  ) {
    guard let v = kept?.start else { preconditionFailure("a block that does not train") }
    let (tiling, filters, n) = (tiling, filters, tiling.frequencies)
    let (c, k, m) = (shape.inputs, shape.outputs, workspace[.product].start)
    let groups = tiling.groups(images: images)
    let (dU, step) = (workspace[.weightGradient].start, gradientStride)
    // Enough chunks for many threads, also with nine frequencies or one.
    let parts = min(c / 16, (63 + n) / n)
    pool.run(n * parts) { chunk, _ in
      let (f, part) = (chunk / parts, chunk % parts)
      let blocks = c / 16 * part / parts..<c / 16 * (part + 1) / parts
      for index in 0..<groups {
        let group = tiling.group(index, images: images)
        let (v, m) = (
          WinogradLayout(v, group, frequencies: n, channels: c),
          WinogradLayout(m, group, frequencies: n, channels: k)
        )
        for panel in 0..<filters.outputPanels {
          for block in blocks {
            WinogradProduct.weights(
              v, m, tiles: group.count, frequency: f, block: block, panel: panel,
              width: filters.width(panel),
              into: dU + (f &* step &+ (panel &* c &+ block &* 16) &* WinogradFilters.panel),
              adds: index > 0)
          }
        }
      }
    }
    let scratches = scratches()
    eachPieceOfWeights { panel, block, worker in
      self.finish(
        dU + (panel &* c &+ block &* 16) &* WinogradFilters.panel, step: step, panel: panel,
        block: block, scratches(worker), sink)
    }
  }

  /// dU of sixteen input channels and one panel → dW → `sink`.
  private func finish(
    _ dU: UnsafePointer<Float>, step: Int, panel: Int, block: Int,
    _ scratch: UnsafeMutablePointer<Float>, _ sink: (Int, UnsafePointer<Float>, Int) -> Void
  ) {
    let width = filters.width(panel)
    form.filterGradient(dU, step, width, scratch)
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
