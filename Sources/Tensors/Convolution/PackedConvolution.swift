/// What the convolutions of this project's own kernels have in common: weights in the order in which
/// the kernels read them, and δ, the gradient with respect to the map before ReLU and pool, tile by tile.
package class PackedConvolution {
  package let shape: ConvolutionShape
  let pool: WorkerPool
  let workspace: Workspace
  let filters: PackedFilters
  let tiling: MapTiling
  let form: any WinogradForm.Type
  package let weight: Parameter
  /// [K], or empty where the convolution is plain.
  package let bias: Parameter
  /// Whether neither bias, ReLU nor pool follow (`PlainConvolution`).
  let isPlain: Bool
  let trains: Bool
  /// Σ δ of the last backward pass [K].
  let biasGradient: Buffer
  /// Pool codes [tile][K].
  let codes: UnsafeMutableBufferPointer<Int32>
  private let codeMemory: Buffer
  /// What a retaining forward pass read and wrote.
  var input: Buffer?, output: Buffer?

  init(
    _ shape: ConvolutionShape, _ form: any WinogradForm.Type, _ tiling: MapTiling,
    pool: WorkerPool, workspace: Workspace, path: String, trains: Bool,
    isPlain: Bool
  ) {
    precondition(!isPlain || !shape.pools, "a plain convolution has no pool")
    self.shape = shape
    self.form = form
    self.tiling = tiling
    self.pool = pool
    self.workspace = workspace
    filters = PackedFilters(inputs: shape.inputs, outputs: shape.outputs)
    weight = Parameter(
      path + "weight", shape: [shape.outputs, shape.inputs, 3, 3], layout: .panels(filters))
    bias = Parameter(path + "bias", shape: [isPlain ? 0 : shape.outputs])
    self.isPlain = isPlain
    self.trains = trains
    biasGradient = Buffer(count: trains ? bias.count : 0)
    codeMemory = Buffer(
      count: shape.pools ? shape.images * tiling.tilesPerImage * shape.outputs : 0)
    codes = UnsafeMutableRawBufferPointer(codeMemory.elements).bindMemory(to: Int32.self)
  }

  // MARK: Gradients

  typealias GradientSink = (_ offset: Int, _ gradient: UnsafePointer<Float>, _ count: Int) -> Void

  /// Calls `body` with what takes dW piece by piece, in the order of the packed weights; then does with
  /// `biasGradient` as with dW.
  func withSink(_ use: GradientUse, _ body: (GradientSink) -> Void) {
    switch use {
    case .keep:
      let start = weight.keptGradient.start
      body { offset, gradient, count in (start + offset).update(from: gradient, count: count) }
      bias.keptGradient.start.update(from: biasGradient.start, count: bias.count)
    case .apply(let rule):
      let update = weight.update(by: rule)
      body { offset, gradient, count in update(offset, gradient, count: count) }
      bias.update(by: rule)(0, biasGradient.start, count: bias.count)
    }
  }

  // MARK: δ

  /// δ of gradients with respect to the output, R of each of `images`.
  func delta(_ outputGradient: Buffer, images: Int, repeats: Int = 1) -> TileDelta {
    precondition(images > 0 && images <= shape.images)
    precondition(outputGradient.count >= repeats * images * shape.outputCount)
    precondition(isPlain || output != nil, "backward without a retaining forward")
    return TileDelta(
      shape, gradient: outputGradient.start, output: isPlain ? nil : output?.start,
      codes: codes.baseAddress, images: images, tilesPerImage: tiling.tilesPerImage)
  }

  package func preactivationGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into delta: Buffer
  ) {
    precondition(delta.count >= repeats * images * shape.mapCount)
    let source = self.delta(outputGradient, images: images, repeats: repeats)
    let (tiling, form, target, size) = (tiling, form, delta.start, shape.mapCount)
    pool.run(repeats * images) { image, _ in
      form.preactivation(
        source, tiling, image: image, rows: 0..<tiling.rows, into: target + image * size)
    }
  }

  package func addMoment(
    of outputGradient: Buffer, images: Int, repeats: Int, with gram: GramAccumulator,
    into sum: inout Matrix
  ) {
    let source = delta(outputGradient, images: images, repeats: repeats)
    let (tiling, form) = (tiling, form)
    gram.add(
      units: repeats * images * tiling.rows, rows: tiling.side * shape.mapWidth,
      columns: shape.outputs, into: &sum
    ) { unit, target in
      let (image, row) = (unit / tiling.rows, unit % tiling.rows)
      form.preactivation(source, tiling, image: image, rows: row..<row + 1, into: target)
      return tiling.mapRows(row) * tiling.width
    }
  }
}
