/// The convolution block by Winograd's minimal filtering: F(4×4, 3×3) does 36 products where the
/// definition has 144, and backward is the exact adjoint of forward (docs/winograd.md).
///
/// For a batch of tiles, each of whose frequencies is a matrix product:
///
///     V = Bᵀ d B, U = G w Gᵀ, M_f = V_f U_f, y = Aᵀ M A, then bias, ReLU and pool
///     dM = A δ Aᵀ, dV_f = dM_f U_fᵀ, dx = Σ B dV Bᵀ, dU_f = V_fᵀ dM_f, dw = Gᵀ dU G
///
/// Channels in and out are multiples of 16. Nothing transformed is kept from one pass to the next:
/// recomputing it in cache is faster than reading it back.
package final class WinogradConvolution: PackedConvolution, ConvolutionBlock {
  let plan: WinogradPlan
  /// Σ δ of each group of tiles, [groups][K].
  let biasSums: Buffer

  /// Channels for which the register kernel's blocks fill.
  package static func fits(_ shape: ConvolutionShape) -> Bool {
    shape.inputs % 16 == 0 && shape.outputs % 16 == 0
  }

  /// - Parameters:
  ///   - path: what its parameters' names begin with, `features.0.`
  ///   - trains: whether `backward` will be called; without, its memory is not allocated.
  ///   - isPlain: whether neither bias nor ReLU follow.
  package init(
    _ shape: ConvolutionShape, path: String = "", pool: WorkerPool, workspace: Workspace,
    trains: Bool, isPlain: Bool = false
  ) {
    precondition(Self.fits(shape), "Winograd blocks take multiples of 16 channels")
    let form = WinogradPlan.form(shape)
    plan = WinogradPlan(shape, form)
    let sumsBias = trains && !isPlain
    biasSums = Buffer(
      count: sumsBias ? plan.tiling.groups(images: shape.images) * shape.outputs : 0)
    super.init(
      shape, form, plan.tiling, pool: pool, workspace: workspace, path: path, trains: trains,
      isPlain: isPlain)
    reserve(trains: trains)
  }

  private func reserve(trains: Bool) {
    let n = tiling.frequencies
    workspace.reserve(.scratch, pool.threads * scratchSize)
    workspace.reserve(.transformed, plan.inputSize)
    workspace.reserve(.product, plan.productSize)
    if plan.sharesFilters {
      workspace.reserve(
        .filters,
        n
          * max(
            filters.outputPanels * PackedFilters.stride(channels: shape.inputs),
            filters.inputPanels * PackedFilters.stride(channels: shape.outputs)))
    }
    if tiling.groupsPerImage > 1 {
      workspace.reserve(.halo, tiling.groups(images: shape.images) * haloSize)
    }
    if sumsByPart {
      workspace.reserve(.weightGradient, Self.parts * n * gradientStride)
    } else if trains, !appliesAtOnce(images: shape.images) {
      workspace.reserve(.weightGradient, n * gradientStride)
    }
  }

  package func forward(_ input: Buffer, images: Int, into output: Buffer, retaining: Bool) {
    precondition(images > 0 && images <= shape.images)
    precondition(input.count >= images * shape.inputCount)
    precondition(output.count >= images * shape.outputCount)
    let epilogue = TileEpilogue(
      shape: shape, output: output.start, codes: retaining ? codes.baseAddress : nil,
      bias: isPlain ? nil : bias.memory.start)
    if plan.sharesFilters {
      forwardByGroup(input.start, images: images, epilogue)
    } else {
      forwardByPanel(input.start, images: images, epilogue)
    }
    self.input = retaining ? input : nil
    self.output = retaining ? output : nil
  }

  /// Each group of tiles: V, then panel after panel.
  private func forwardByGroup(
    _ x: UnsafePointer<Float>, images: Int, _ epilogue: TileEpilogue
  ) {
    let (form, tiling, filters) = (self.form, self.tiling, self.filters)
    let (c, n) = (shape.inputs, tiling.frequencies)
    let u = sharedFilters(.forward)
    let scratches = scratches()
    pool.run(tiling.groups(images: images)) { index, worker in
      let group = tiling.group(index, images: images)
      let (m, rest) = self.productScratch(scratches(worker), group)
      let v = WinogradLayout(rest, tiles: group.count, channels: c)
      form.input(x, channels: c, tiling, group, blocks: 0..<c / 16, into: v)
      for panel in 0..<filters.outputPanels {
        WinogradProduct.forward(
          v, tiles: group.count, blocks: c / 16, frequencies: n, u[panel],
          width: filters.width(panel), into: m, adds: false)
        form.output(
          m, tiling, group, blocks: filters.width(panel) / 16, first: 2 * panel, epilogue)
      }
    }
  }

  /// V of a band's tiles; then each panel with each group of tiles.
  private func forwardByPanel(
    _ x: UnsafePointer<Float>, images: Int, _ epilogue: TileEpilogue
  ) {
    let (form, tiling, filters) = (self.form, self.tiling, self.filters)
    let c = shape.inputs
    let memory = workspace[.transformed].start
    let scratches = scratches()
    for band in tiling.bands(images: images, size: plan.bandGroups) {
      let v = WinogradLayout(memory, tiles: band.count, channels: c)
      eachBlockPair(c, band) { index, blocks in
        let group = tiling.group(index, images: images)
        form.input(
          x, channels: c, tiling, group, blocks: blocks, into: v.from(group.first - band.first))
      }
      pool.run(band.groups.count * filters.outputPanels) { chunk, worker in
        let panel = chunk % filters.outputPanels
        let index = band.groups.lowerBound + chunk / filters.outputPanels
        let group = tiling.group(index, images: images)
        let (m, room) = self.productScratch(scratches(worker), group)
        self.multiply(
          v.from(group.first - band.first), group, .forward, panel: panel, room, into: m)
        form.output(
          m, tiling, group, blocks: filters.width(panel) / 16, first: 2 * panel, epilogue)
      }
    }
  }

  /// Each worker's scratch. To be made before work is shared out: the workspace allocates it.
  func scratches() -> (_ worker: Int) -> UnsafeMutablePointer<Float> {
    let (start, size) = (workspace[.scratch].start, scratchSize)
    return { start + $0 &* size }
  }

  /// Room for one panel of a group's products at the start of a scratch, and what follows it.
  func productScratch(
    _ scratch: UnsafeMutablePointer<Float>, _ group: MapTiling.Group
  ) -> (WinogradLayout, UnsafeMutablePointer<Float>) {
    let size = WinogradLayout.size(
      tiles: tiling.groupTiles, channels: PackedFilters.panel, frequencies: tiling.frequencies)
    let layout = WinogradLayout(scratch, tiles: group.count, channels: PackedFilters.panel)
    return (layout, scratch + size)
  }

  /// Shares out the groups of a band, and two sixteens of `channels` at a time.
  func eachBlockPair(
    _ channels: Int, _ band: MapTiling.Band, _ body: (_ group: Int, Range<Int>) -> Void
  ) {
    let blocks = channels / 16
    let pairs = (blocks + 1) / 2
    pool.run(band.groups.count * pairs) { chunk, _ in
      let first = chunk % pairs * 2
      body(band.groups.lowerBound + chunk / pairs, first..<min(first + 2, blocks))
    }
  }
}
