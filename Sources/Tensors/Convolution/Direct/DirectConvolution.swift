/// The convolution block by im2col and one matrix product: plain, exact to rounding, and what the
/// Winograd block is compared with (`--convolution direct`).
package final class DirectConvolution: ConvolutionBlock {
  package let shape: ConvolutionShape
  let pool: WorkerPool
  let workspace: Workspace
  /// Images whose patches form one product: maps shrink with depth, products should not.
  let group: Int
  /// Weight gradients are summed in this many partial sums whatever the number of threads, so
  /// that the order of additions never changes.
  let partials = 4
  package let weight: Parameter
  package let bias: Parameter
  let partialWeights: Buffer?, partialBiases: Buffer?
  /// Which of each pool's four was largest, of a retaining forward pass.
  let codes: UnsafeMutableBufferPointer<UInt8>
  private let codeMemory: Buffer
  private(set) var input: Buffer?, output: Buffer?

  /// - Parameters:
  ///   - path: what its parameters' names begin with, `features.0.`
  ///   - trains: whether `backward` will be called; without, its memory is not allocated.
  package init(
    _ shape: ConvolutionShape, path: String = "", pool: WorkerPool, workspace: Workspace,
    trains: Bool
  ) {
    precondition(shape.stride == 1, "strided convolutions are plain")
    self.shape = shape
    self.pool = pool
    self.workspace = workspace
    let positions = shape.height * shape.width
    group = max(1, min(shape.images, 256 / positions))
    workspace.reserve(.columns, pool.threads * group * positions * 9 * shape.inputs)
    workspace.reserve(.map, pool.threads * group * shape.mapCount)
    weight = Parameter(
      path + "weight", shape: [shape.outputs, shape.inputs, 3, 3],
      layout: .taps(inputs: shape.inputs, outputs: shape.outputs))
    bias = Parameter(path + "bias", shape: [shape.outputs])
    partialWeights = trains ? Buffer(count: partials * shape.weightCount) : nil
    partialBiases = trains ? Buffer(count: partials * shape.outputs) : nil
    if trains { workspace.reserve(.mapGradient, shape.images * shape.mapCount) }
    codeMemory = Buffer(count: shape.pools ? (shape.images * shape.outputCount + 3) / 4 : 0)
    codes = UnsafeMutableRawBufferPointer(codeMemory.elements).bindMemory(to: UInt8.self)
  }

  package func forward(_ input: Buffer, images: Int, into output: Buffer, retaining: Bool) {
    precondition(images <= shape.images)
    precondition(input.count >= images * shape.inputCount)
    precondition(output.count >= images * shape.outputCount)
    let s = shape
    let positions = s.height * s.width
    let (columns, map) = (workspace[.columns], workspace[.map])
    let (w, b) = (weight.memory.start, bias.memory.start)
    let group = self.group
    let codes = retaining ? codes.baseAddress : nil
    pool.run((images + group - 1) / group) { chunk, worker in
      let first = chunk * group
      let n = min(group, images - first)
      let patches = columns.start + worker * group * positions * 9 * s.inputs
      let y = map.start + worker * group * s.mapCount
      Patches.gather(
        input.start, rows: first * s.height..<(first + n) * s.height,
        columns: 0..<s.plain.windowLength, s.plain, into: patches)
      BLAS.gemm(
        m: n * positions, n: s.outputs, k: 9 * s.inputs, patches, lda: 9 * s.inputs, w,
        ldb: s.outputs, y, ldc: s.outputs)
      let out = output.start + first * s.outputCount
      guard s.pools else {
        Pooling.rectify(y, bias: b, positions: n * positions, channels: s.outputs, into: out)
        return
      }
      for i in 0..<n {
        Pooling.forward(
          y + i * s.mapCount, bias: b, height: s.height, width: s.width, channels: s.outputs,
          into: out + i * s.outputCount, codes: codes.map { $0 + (first + i) * s.outputCount })
      }
    }
    self.input = retaining ? input : nil
    self.output = retaining ? output : nil
  }
}
