/// The convolution block by im2col and one matrix product: plain, exact to rounding, and what the
/// Winograd block is compared with (`--convolution direct`).
public final class DirectConvolution: ConvolutionBlock {
  public let shape: ConvolutionShape
  private let pool: WorkerPool
  private let workspace: Workspace
  /// Images whose patches form one product: maps shrink with depth, products should not.
  private let group: Int
  /// Weight gradients are summed in this many partial sums whatever the number of threads, so
  /// that the order of additions never changes.
  private let partials = 4
  private let w: Buffer, v: Buffer, g: Buffer
  private let b: Buffer, vb: Buffer, gb: Buffer
  private let partialWeights: Buffer?, partialBiases: Buffer?
  private var codes: [UInt8]
  private var input: Buffer?, output: Buffer?

  /// - Parameter trains: whether `backward` will be called; without, its memory is not allocated.
  public init(_ shape: ConvolutionShape, pool: WorkerPool, workspace: Workspace, trains: Bool) {
    self.shape = shape
    self.pool = pool
    self.workspace = workspace
    let positions = shape.height * shape.width
    group = max(1, min(shape.images, 256 / positions))
    workspace.reserve(.columns, pool.threads * group * positions * 9 * shape.inputs)
    workspace.reserve(.map, pool.threads * group * shape.mapCount)
    w = Buffer(count: shape.weightCount)
    b = Buffer(count: shape.outputs)
    v = Buffer(count: trains ? shape.weightCount : 0)
    g = Buffer(count: trains ? shape.weightCount : 0)
    vb = Buffer(count: trains ? shape.outputs : 0)
    gb = Buffer(count: trains ? shape.outputs : 0)
    partialWeights = trains ? Buffer(count: partials * shape.weightCount) : nil
    partialBiases = trains ? Buffer(count: partials * shape.outputs) : nil
    if trains { workspace.reserve(.mapGradient, shape.images * shape.mapCount) }
    codes = [UInt8](repeating: 0, count: shape.pools ? shape.images * shape.outputCount : 0)
  }

  public func load(weight: [Float], bias: [Float]) {
    precondition(bias.count == shape.outputs, "one bias a filter")
    w.load(WeightOrder.kernel(weight, inputs: shape.inputs, outputs: shape.outputs))
    b.load(bias)
  }

  public var weight: [Float] { pyTorch(w) }
  public var bias: [Float] { b.values() }
  public var gradient: (weight: [Float], bias: [Float]) { (pyTorch(g), gb.values()) }
  public var momentum: (weight: [Float], bias: [Float]) { (pyTorch(v), vb.values()) }

  public func load(momentum: (weight: [Float], bias: [Float])) {
    v.load(WeightOrder.kernel(momentum.weight, inputs: shape.inputs, outputs: shape.outputs))
    vb.load(momentum.bias)
  }

  private func pyTorch(_ buffer: Buffer) -> [Float] {
    WeightOrder.pyTorch(buffer.values(), inputs: shape.inputs, outputs: shape.outputs)
  }

  public func forward(_ input: Buffer, images: Int, into output: Buffer, retaining: Bool) {
    precondition(images <= shape.images)
    precondition(input.count >= images * shape.inputCount)
    precondition(output.count >= images * shape.outputCount)
    let s = shape
    let positions = s.height * s.width
    let (columns, map) = (workspace[.columns], workspace[.map])
    let group = self.group
    codes.withUnsafeMutableBufferPointer { codes in
      let codes = codes.baseAddress
      pool.run((images + group - 1) / group) { chunk, worker in
        let first = chunk * group
        let n = min(group, images - first)
        let patches = columns.start + worker * group * positions * 9 * s.inputs
        let y = map.start + worker * group * s.mapCount
        Patches.gather(input.start + first * s.inputCount, images: n, s, into: patches)
        BLAS.gemm(
          m: n * positions, n: s.outputs, k: 9 * s.inputs, patches, lda: 9 * s.inputs, w.start,
          ldb: s.outputs, y, ldc: s.outputs)
        let out = output.start + first * s.outputCount
        guard s.pools else {
          Pooling.rectify(
            y, bias: b.start, positions: n * positions, channels: s.outputs, into: out)
          return
        }
        for i in 0..<n {
          Pooling.forward(
            y + i * s.mapCount, bias: b.start, height: s.height, width: s.width,
            channels: s.outputs, into: out + i * s.outputCount,
            codes: retaining ? codes.map { $0 + (first + i) * s.outputCount } : nil)
        }
      }
    }
    self.input = retaining ? input : nil
    self.output = retaining ? output : nil
  }

  public func backward(_ outputGradient: Buffer, images: Int, into inputGradient: Buffer?) {
    let delta = workspace[.mapGradient]
    preactivationGradient(outputGradient, images: images, repeats: 1, into: delta)
    weightGradient(delta, images: images)
    guard let inputGradient else { return }
    pool.run((images + group - 1) / group) { chunk, worker in
      let first = chunk * group
      self.inputGradient(
        delta.start + first * shape.mapCount, first: first, images: min(group, images - first),
        worker: worker, into: inputGradient)
    }
  }

  /// dW [9C, K] = patchesᵀ δ and db = Σ δ over this batch.
  private func weightGradient(_ delta: Buffer, images: Int) {
    guard let input, let partialWeights, let partialBiases else {
      preconditionFailure("backward without a retaining forward of a block that trains")
    }
    let s = shape
    let positions = s.height * s.width
    let columns = workspace[.columns]
    let (group, partials) = (self.group, self.partials)
    pool.run(partials) { part, worker in
      let patches = columns.start + worker * group * positions * 9 * s.inputs
      let sum = partialWeights.start + part * s.weightCount
      let biasSum = partialBiases.start + part * s.outputs
      sum.update(repeating: 0, count: s.weightCount)
      biasSum.update(repeating: 0, count: s.outputs)
      let last = images * (part + 1) / partials
      var first = images * part / partials
      while first < last {
        let n = min(group, last - first)
        let d = delta.start + first * s.mapCount
        Patches.gather(input.start + first * s.inputCount, images: n, s, into: patches)
        BLAS.gemm(
          transposeA: true, m: 9 * s.inputs, n: s.outputs, k: n * positions, patches,
          lda: 9 * s.inputs, d, ldb: s.outputs, beta: 1, sum, ldc: s.outputs)
        Reductions.addRows(d, rows: n * positions, columns: s.outputs, into: biasSum)
        first += n
      }
    }
    pool.run(9) { tap, _ in
      let n = s.inputs * s.outputs
      Reductions.addParts(
        partialWeights.start + tap * n, parts: partials, stride: s.weightCount, count: n,
        into: g.start + tap * n)
    }
    Reductions.addParts(
      partialBiases.start, parts: partials, stride: s.outputs, count: s.outputs, into: gb.start)
  }

  public func update(_ sgd: SGD) {
    let n = shape.inputs * shape.outputs
    pool.run(9) { tap, _ in
      sgd.step(w.start + tap * n, v.start + tap * n, g.start + tap * n, count: n)
    }
    sgd.step(b.start, vb.start, gb.start, count: shape.outputs)
  }

  public func preactivationGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into delta: Buffer
  ) {
    precondition(images <= shape.images && delta.count >= repeats * images * shape.mapCount)
    precondition(outputGradient.count >= repeats * images * shape.outputCount)
    let (target, size) = (delta.start, shape.mapCount)
    withPreactivationGradients(outputGradient, images: images) { fill in
      pool.run(repeats * images) { row, _ in fill(row, target + row * size) }
    }
  }

  public func addMoment(
    of outputGradient: Buffer, images: Int, repeats: Int, with gram: GramAccumulator,
    into sum: inout Matrix
  ) {
    precondition(images <= shape.images)
    precondition(outputGradient.count >= repeats * images * shape.outputCount)
    let positions = shape.height * shape.width
    withPreactivationGradients(outputGradient, images: images) { fill in
      gram.add(
        units: repeats * images, rows: positions, columns: shape.outputs, into: &sum
      ) { row, target in
        fill(row, target)
        return positions
      }
    }
  }

  public func inputGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into inputGradient: Buffer
  ) {
    let all = repeats * images
    precondition(outputGradient.count >= all * shape.outputCount)
    precondition(inputGradient.count >= all * shape.inputCount)
    let map = workspace[.map]
    let (group, size) = (group, shape.mapCount)
    withPreactivationGradients(outputGradient, images: images) { fill in
      pool.run((all + group - 1) / group) { chunk, worker in
        let first = chunk * group
        let n = min(group, all - first)
        let delta = map.start + worker * group * size
        for i in 0..<n { fill(first + i, delta + i * size) }
        self.inputGradient(delta, first: first, images: n, worker: worker, into: inputGradient)
      }
    }
  }

  /// Gives `body` a function that writes δ of one of the gradients [H, W, K].
  private func withPreactivationGradients(
    _ outputGradient: Buffer, images: Int,
    _ body: (_ fill: (_ row: Int, _ delta: UnsafeMutablePointer<Float>) -> Void) -> Void
  ) {
    guard let output else { preconditionFailure("backward without a retaining forward") }
    let s = shape
    codes.withUnsafeBufferPointer { codes in
      let codes = codes.baseAddress
      body { row, delta in
        let (g, image) = (outputGradient.start + row * s.outputCount, row % images)
        if s.pools, let codes {
          Pooling.backward(
            g, codes: codes + image * s.outputCount, height: s.height, width: s.width,
            channels: s.outputs, into: delta)
        } else {
          Pooling.rectifyBackward(
            g, output: output.start + image * s.outputCount, count: s.outputCount, into: delta)
        }
      }
    }
  }

  /// From δ [n, H, W, K] of a group that begins with image `first`.
  private func inputGradient(
    _ delta: UnsafePointer<Float>, first: Int, images n: Int, worker: Int,
    into inputGradient: Buffer
  ) {
    let s = shape
    let positions = s.height * s.width
    let patches = workspace[.columns].start + worker * group * positions * 9 * s.inputs
    BLAS.gemm(
      transposeB: true, m: n * positions, n: 9 * s.inputs, k: s.outputs, delta, lda: s.outputs,
      w.start, ldb: s.outputs, patches, ldc: 9 * s.inputs)
    Patches.scatter(patches, images: n, s, into: inputGradient.start + first * s.inputCount)
  }
}
