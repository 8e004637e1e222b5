/// What the convolutions of this project's own kernels have in common: weights in the order in which
/// the kernels read them, and δ, the gradient by the map before ReLU and pool, tile by tile.
public class PackedConvolution {
  public let shape: ConvolutionShape
  let pool: WorkerPool
  let workspace: Workspace
  let filters: WinogradFilters
  let tiling: WinogradTiling
  let form: WinogradForm
  let w: Buffer, b: Buffer, vw: Buffer, vb: Buffer, gb: Buffer
  private var g: Buffer?
  /// Pool codes [tile][K].
  let codes: UnsafeMutableBufferPointer<Int32>
  private let codeMemory: Buffer
  /// Of a retaining forward pass.
  var input: Buffer?, output: Buffer?

  init(
    _ shape: ConvolutionShape, _ form: WinogradForm, _ tiling: WinogradTiling, pool: WorkerPool,
    workspace: Workspace, trains: Bool
  ) {
    self.shape = shape
    self.form = form
    self.tiling = tiling
    self.pool = pool
    self.workspace = workspace
    filters = WinogradFilters(inputs: shape.inputs, outputs: shape.outputs)
    w = Buffer(count: shape.weightCount)
    b = Buffer(count: shape.outputs)
    vw = Buffer(count: trains ? shape.weightCount : 0)
    vb = Buffer(count: trains ? shape.outputs : 0)
    gb = Buffer(count: trains ? shape.outputs : 0)
    codeMemory = Buffer(
      count: shape.pools ? shape.images * tiling.tilesPerImage * shape.outputs : 0)
    codes = UnsafeMutableRawBufferPointer(codeMemory.elements).bindMemory(to: Int32.self)
  }

  // MARK: Weights

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

  /// Room for dW, made when first asked for: training may apply gradients as they are formed.
  func weightGradient() -> Buffer {
    let gradient = g ?? Buffer(count: shape.weightCount)
    g = gradient
    return gradient
  }

  public func update(_ sgd: SGD) {
    guard let g else { preconditionFailure("no backward has left a gradient") }
    let (filters, w, v) = (filters, w.start, vw.start)
    pool.run(filters.outputPanels) { panel, _ in
      let offset = filters.offset(panel: panel, channel: 0)
      sgd.step(
        w + offset, v + offset, g.start + offset, count: 9 * filters.inputs * filters.width(panel))
    }
    sgd.step(b.start, vb.start, gb.start, count: shape.outputs)
  }

  // MARK: δ

  /// δ of gradients by the output, R of each of `images`.
  func delta(_ outputGradient: Buffer, images: Int, repeats: Int = 1) -> WinogradDelta {
    precondition(images > 0 && images <= shape.images)
    precondition(outputGradient.count >= repeats * images * shape.outputCount)
    guard let output else { preconditionFailure("backward without a retaining forward") }
    return WinogradDelta(
      shape, gradient: outputGradient.start, output: output.start, codes: codes.baseAddress,
      images: images, tilesPerImage: tiling.tilesPerImage)
  }

  public func preactivationGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into delta: Buffer
  ) {
    precondition(delta.count >= repeats * images * shape.mapCount)
    let source = self.delta(outputGradient, images: images, repeats: repeats)
    let (tiling, form, target, size) = (tiling, form, delta.start, shape.mapCount)
    pool.run(repeats * images) { image, _ in
      form.preactivation(source, tiling, image, 0..<tiling.rows, target + image * size)
    }
  }

  public func addMoment(
    of outputGradient: Buffer, images: Int, repeats: Int, with gram: GramAccumulator,
    into sum: inout Matrix
  ) {
    let source = delta(outputGradient, images: images, repeats: repeats)
    let (tiling, form) = (tiling, form)
    gram.add(
      units: repeats * images * tiling.rows, rows: tiling.side * shape.width,
      columns: shape.outputs, into: &sum
    ) { unit, target in
      let (image, row) = (unit / tiling.rows, unit % tiling.rows)
      form.preactivation(source, tiling, image, row..<row + 1, target)
      return tiling.mapRows(row) * tiling.width
    }
  }
}
