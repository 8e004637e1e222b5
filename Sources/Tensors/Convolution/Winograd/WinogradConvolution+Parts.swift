// The weights' gradient of layers with few channels and many tiles: V and dM of a group of tiles are used while they are in
// cache, where a band of them would go through memory twice.

extension WinogradConvolution {
  /// Parts of the batch with a dU of their own, whatever the number of threads.
  static let parts = 32

  /// Whether dU is small enough to stay in cache beside a group's transforms. Blocks with bias and ReLU sum band by band.
  var sumsByPart: Bool {
    trains && isPlain && plan.sharesFilters && tiling.frequencies * gradientStride <= 1 << 16
  }

  /// Floats of V of a full group, and of dM where it lies behind V.
  private var inputRoom: Int { room(shape.inputs) }
  private var deltaRoom: Int { sumsByPart ? room(shape.outputs) : 0 }

  private func room(_ channels: Int) -> Int {
    WinogradLayout.size(
      tiles: tiling.groupTiles, channels: channels, frequencies: tiling.frequencies)
  }

  /// Floats of a worker's scratch.
  var scratchSize: Int { plan.scratchSize + deltaRoom }

  /// dU of the whole layer in the workspace, and the input's gradient: the groups of each part in order, then the parts.
  func sumWeightGradient(_ pass: BackwardPass) {
    let (tiling, filters, n, c, k) = (
      tiling, filters, tiling.frequencies, shape.inputs, shape.outputs
    )
    let groups = tiling.groups(images: pass.images)
    let parts = min(Self.parts, groups)
    let (halos, scratches, room) = (halos(), scratches(), inputRoom)
    let (sums, step) = (workspace[.weightGradient].start, gradientStride)
    pool.run(parts) { part, worker in
      let (dU, own) = (sums + part * n * step, groups * part / parts..<groups * (part + 1) / parts)
      for index in own {
        let group = tiling.group(index, images: pass.images)
        let (_, rest) = self.productScratch(scratches(worker), group)
        let v = WinogradLayout(rest, tiles: group.count, channels: c)
        let m = WinogradLayout(rest + room, tiles: group.count, channels: k)
        self.propagate(
          pass, group, v: v, m: m, halo: halos(group.index), scratches(worker))
        for f in 0..<n {
          for panel in 0..<filters.outputPanels {
            for block in 0..<c / 16 {
              WinogradProduct.weights(
                v, m, tiles: 0..<group.count, frequency: f, block: block, panel: panel,
                width: filters.width(panel),
                into: dU + (f &* step &+ (panel &* c &+ block &* 16) &* PackedFilters.panel),
                adds: index > own.lowerBound)
            }
          }
        }
      }
    }
    pool.run(n) { f, _ in
      for part in 1..<max(parts, 1) {
        Reductions.addRows(
          sums + (part * n + f) * step, rows: 1, columns: step, into: sums + f * step)
      }
    }
  }
}
