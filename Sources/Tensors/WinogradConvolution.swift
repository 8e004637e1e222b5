/// The convolution block by Winograd's minimal filtering: F(4×4, 3×3) does 36 products where the
/// definition has 144, and backward is the exact adjoint of forward (docs/winograd.md).
///
/// For a batch of tiles, each of whose frequencies is a matrix product:
///
///     V = Bᵀ d B, U = G w Gᵀ, M_f = V_f U_f, y = Aᵀ M A, then bias, ReLU and pool
///     dM = A δ Aᵀ, dV_f = dM_f U_fᵀ, dx = Σ B dV Bᵀ, dU_f = V_fᵀ dM_f, dw = Gᵀ dU G
///
/// Channels in and out are multiples of 16. V is kept from forward for dU; nothing else of it is.
public final class WinogradConvolution: ConvolutionBlock {
  public let shape: ConvolutionShape
  let pool: WorkerPool
  let workspace: Workspace
  let form: WinogradForm
  let tiling: WinogradTiling
  let filters: WinogradFilters
  /// Whether all panels of transformed filters are made at once and each group of tiles goes through
  /// them while it is in cache (large maps, few channels); else each panel goes through all tiles.
  let sharesFilters: Bool
  /// Floats of one worker's scratch: a panel of filters, a group of products, a group of inputs.
  let scratchSize: Int
  let w: Buffer, b: Buffer, vw: Buffer, vb: Buffer, gb: Buffer
  /// V, if the block trains.
  let kept: Buffer?
  /// Σ δ of each group of tiles, [groups][K].
  let biasSums: Buffer
  /// dW, made when first asked for: training applies gradients as they are formed.
  var g: Buffer?
  /// Pool codes [tile][K].
  let codes: UnsafeMutableBufferPointer<Int32>
  private(set) var output: Buffer?
  private(set) var holdsInput = false

  /// Channels for which the register kernel's blocks fill.
  public static func fits(_ shape: ConvolutionShape) -> Bool {
    shape.inputs % 16 == 0 && shape.outputs % 16 == 0
  }

  /// - Parameter trains: whether `backward` will be called; without, its memory is not allocated.
  public init(_ shape: ConvolutionShape, pool: WorkerPool, workspace: Workspace, trains: Bool) {
    precondition(Self.fits(shape), "Winograd blocks take multiples of 16 channels")
    self.shape = shape
    self.pool = pool
    self.workspace = workspace
    form = WinogradForm.fitting(height: shape.height, width: shape.width)
    filters = WinogradFilters(inputs: shape.inputs, outputs: shape.outputs)
    let plan = WinogradPlan(shape, form)
    tiling = plan.tiling
    sharesFilters = plan.sharesFilters
    scratchSize = plan.scratchSize
    let frequencies = tiling.frequencies
    w = Buffer(count: shape.weightCount)
    b = Buffer(count: shape.outputs)
    vw = Buffer(count: trains ? shape.weightCount : 0)
    vb = Buffer(count: trains ? shape.outputs : 0)
    gb = Buffer(count: trains ? shape.outputs : 0)
    let v = WinogradLayout.size(tiling, images: shape.images, channels: shape.inputs)
    kept = trains ? Buffer(count: v) : nil
    biasSums = Buffer(
      count: trains ? tiling.groups(images: shape.images) * shape.outputs : 0)
    codes = .allocate(
      capacity: shape.pools ? shape.images * tiling.tilesPerImage * shape.outputs : 0)
    codes.initialize(repeating: 0)
    workspace.reserve(.scratch, pool.threads * scratchSize)
    workspace.reserve(
      .product, WinogradLayout.size(tiling, images: shape.images, channels: shape.outputs))
    if sharesFilters {
      let rows = max(
        filters.outputPanels * WinogradFilters.stride(rows: shape.inputs),
        filters.inputPanels * WinogradFilters.stride(rows: shape.outputs))
      workspace.reserve(.filters, frequencies * rows)
    } else if !trains {
      workspace.reserve(.transformed, v)
    }
    if trains, !appliesAtOnce(images: shape.images) {
      workspace.reserve(.weightGradient, frequencies * gradientStride)
    }
  }

  deinit { codes.deallocate() }

  public func load(weight: [Float], bias: [Float]) {
    precondition(bias.count == shape.outputs, "one bias a filter")
    w.load(filters.packed(weight))
    b.load(bias)
  }

  public var weight: [Float] { filters.unpacked(w.values()) }
  public var bias: [Float] { b.values() }
  public var momentum: (weight: [Float], bias: [Float]) {
    (vw.count == 0 ? [] : filters.unpacked(vw.values()), vb.values())
  }

  public func load(momentum: (weight: [Float], bias: [Float])) {
    vw.load(filters.packed(momentum.weight))
    vb.load(momentum.bias)
  }

  public var gradient: (weight: [Float], bias: [Float]) {
    guard let g else { preconditionFailure("no backward has left a gradient") }
    return (filters.unpacked(g.values()), gb.values())
  }

  public func forward(_ input: Buffer, images: Int, into output: Buffer, retaining: Bool) {
    precondition(images > 0 && images <= shape.images)
    precondition(input.count >= images * shape.inputCount)
    precondition(output.count >= images * shape.outputCount)
    let epilogue = WinogradEpilogue(
      shape: shape, output: output.start, codes: retaining ? codes.baseAddress : nil, bias: b.start)
    if sharesFilters {
      forwardByGroup(input.start, images: images, epilogue)
    } else {
      forwardByPanel(input.start, images: images, epilogue)
    }
    self.output = retaining ? output : nil
    holdsInput = retaining && kept != nil
  }

  /// Each group of tiles: V, then panel after panel.
  private func forwardByGroup(
    _ x: UnsafePointer<Float>, images: Int, _ epilogue: WinogradEpilogue
  ) {
    let (form, tiling, filters, kept) = (self.form, self.tiling, self.filters, self.kept?.start)
    let (c, n) = (shape.inputs, tiling.frequencies)
    let size = n * WinogradFilters.stride(rows: c)
    let (u, w) = (workspace[.filters].start, w.start)
    pool.run(filters.outputPanels) { panel, _ in form.filter(filters, w, panel, u + panel * size) }
    let scratches = scratches()
    pool.run(tiling.groups(images: images)) { index, worker in
      let group = tiling.group(index, images: images)
      let scratch = scratches(worker)
      let m = WinogradLayout(
        scratch, rows: WinogradTiling.padded(group.count), channels: WinogradFilters.panel)
      let local = scratch + WinogradLayout.size(tiling, groupOf: WinogradFilters.panel)
      let v =
        kept.map { WinogradLayout($0, group, frequencies: n, channels: c) }
        ?? WinogradLayout(local, rows: group.count, channels: c)
      form.input(x, c, tiling, group, 0..<c / 16, v)
      for panel in 0..<filters.outputPanels {
        WinogradProduct.forward(
          v, tiles: group.count, channels: c, frequencies: n, u + panel * size, into: m)
        form.output(m, tiling, group, filters.width(panel) / 16, 2 * panel, epilogue)
      }
    }
  }

  /// V of all tiles; then each panel with each group of tiles.
  private func forwardByPanel(
    _ x: UnsafePointer<Float>, images: Int, _ epilogue: WinogradEpilogue
  ) {
    let (form, tiling, filters) = (self.form, self.tiling, self.filters)
    let (c, n) = (shape.inputs, tiling.frequencies)
    let v = (kept ?? workspace[.transformed]).start
    let groups = tiling.groups(images: images)
    let w = w.start
    eachBlockPair(c, groups: groups) { index, blocks in
      let group = tiling.group(index, images: images)
      let layout = WinogradLayout(v, group, frequencies: n, channels: c)
      form.input(x, c, tiling, group, blocks, layout)
    }
    let scratches = scratches()
    pool.run(groups * filters.outputPanels) { chunk, worker in
      let (index, panel) = (chunk / filters.outputPanels, chunk % filters.outputPanels)
      let group = tiling.group(index, images: images)
      let scratch = scratches(worker)
      let m = WinogradLayout(
        scratch, rows: WinogradTiling.padded(group.count), channels: WinogradFilters.panel)
      let u = scratch + WinogradLayout.size(tiling, groupOf: WinogradFilters.panel)
      form.filter(filters, w, panel, u)
      WinogradProduct.forward(
        WinogradLayout(v, group, frequencies: n, channels: c), tiles: group.count, channels: c,
        frequencies: n, u, into: m)
      form.output(m, tiling, group, filters.width(panel) / 16, 2 * panel, epilogue)
    }
  }

  /// Each worker's scratch. To be made before work is shared out: the workspace allocates it.
  func scratches() -> (_ worker: Int) -> UnsafeMutablePointer<Float> {
    let (start, size) = (workspace[.scratch].start, scratchSize)
    return { start + $0 &* size }
  }

  /// Shares out the groups, and two sixteens of `channels` at a time.
  func eachBlockPair(_ channels: Int, groups: Int, _ body: (_ group: Int, Range<Int>) -> Void) {
    let blocks = channels / 16
    let pairs = (blocks + 1) / 2
    pool.run(groups * pairs) { chunk, _ in
      let first = chunk % pairs * 2
      body(chunk / pairs, first..<min(first + 2, blocks))
    }
  }
}

/// How a layer of some shape is computed: sizes that fit caches, whatever the number of threads.
struct WinogradPlan {
  let tiling: WinogradTiling
  let sharesFilters: Bool
  let scratchSize: Int

  init(_ shape: ConvolutionShape, _ form: WinogradForm) {
    let frequencies = form.axis.frequencies * form.axis.frequencies
    let (c, k) = (shape.inputs, shape.outputs)
    let side = form.axis.outputs
    let tiles =
      shape.images * ((shape.height + side - 1) / side) * ((shape.width + side - 1) / side)
    sharesFilters = tiles > 128 && frequencies * c * k <= 2_500_000
    tiling = WinogradTiling(
      height: shape.height, width: shape.width, axis: form.axis, target: sharesFilters ? 64 : 128)
    let group = WinogradLayout.size(tiling, groupOf: WinogradFilters.panel)
    let input = WinogradLayout.size(tiling, groupOf: max(c, k))
    let panel = frequencies * WinogradFilters.stride(rows: max(c, k))
    let gradient = (frequencies + 1) * 16 * WinogradFilters.panel * 2
    scratchSize = max(group + (sharesFilters ? input : panel), gradient)
  }
}
