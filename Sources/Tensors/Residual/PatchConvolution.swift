/// A plain convolution of any kernel and stride by im2col and matrix products: z = patches · W.
///
/// Rows of outputs go in chunks whose patches stay in cache; a 1×1 kernel of stride 1 reads its input as it is.
package final class PatchConvolution: PlainConvolution {
  package let shape: PlainShape
  let pool: WorkerPool
  let workspace: Workspace
  package let weight: Parameter
  let trains: Bool
  /// What the last retaining forward pass read.
  private(set) var input: Buffer?

  /// - Parameters:
  ///   - path: what its parameter's name begins with, `conv1.`
  ///   - trains: whether `backward` will be called.
  package init(
    _ shape: PlainShape, path: String = "", pool: WorkerPool, workspace: Workspace, trains: Bool
  ) {
    self.shape = shape
    self.pool = pool
    self.workspace = workspace
    self.trains = trains
    weight = Parameter(
      path + "weight", shape: [shape.outputs, shape.inputs, shape.kernel, shape.kernel],
      layout: .taps(
        shape.kernel * shape.kernel, inputs: shape.inputs, outputs: shape.outputs))
    if !readsInPlace { workspace.reserve(.columns, pool.threads * patchRoom) }
  }

  // MARK: Chunks

  /// Whether patches are the map itself.
  var readsInPlace: Bool { shape.kernel == 1 && shape.stride == 1 }

  /// Rows of outputs whose patches, `columns` of each, are in cache at once, and enough for a product to be efficient.
  func chunkRows(columns: Int) -> Int {
    let positions = min(max((1 << 17) / columns, 128), 1024)
    return max(1, positions / shape.outputWidth)
  }

  /// Floats of a thread's patches.
  private var patchRoom: Int {
    let pieces = weightPieces.map(\.columns.count) + [shape.windowLength]
    return pieces.map { chunkRows(columns: $0) * shape.outputWidth * $0 }.max() ?? 0
  }

  /// Each worker's room for patches. To be made before work is shared out: the workspace allocates it.
  func patchRooms() -> (_ worker: Int) -> UnsafeMutablePointer<Float> {
    guard !readsInPlace else { return { [weight] _ in weight.memory.start } }
    let (start, size) = (workspace[.columns].start, patchRoom)
    return { start + $0 * size }
  }

  // MARK: Forward

  package func forward(_ x: Buffer, images: Int, into z: Buffer, retaining: Bool) {
    precondition(images > 0 && images <= shape.images)
    precondition(x.count >= images * shape.inputCount)
    precondition(z.count >= images * shape.outputCount)
    let (s, w, length) = (shape, weight.memory.start, shape.windowLength)
    let (rows, chunk) = (images * s.outputHeight, chunkRows(columns: length))
    let rooms = patchRooms()
    pool.run((rows + chunk - 1) / chunk) { index, worker in
      let part = index * chunk..<min((index + 1) * chunk, rows)
      let a = self.patches(x.start, part, columns: 0..<length, rooms(worker))
      BLAS.gemm(
        m: part.count * s.outputWidth, n: s.outputs, k: length, a, lda: length, w,
        ldb: s.outputs, z.start + part.lowerBound * s.outputWidth * s.outputs, ldc: s.outputs)
    }
    input = retaining ? x : nil
  }

  /// Patches of some rows of outputs, rows `columns.count` floats apart; where they are read in place, C floats apart.
  func patches(
    _ x: UnsafePointer<Float>, _ rows: Range<Int>, columns: Range<Int>,
    _ room: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    if readsInPlace {
      return x + rows.lowerBound * shape.width * shape.inputs + columns.lowerBound
    }
    Patches.gather(x, rows: rows, columns: columns, shape, into: room)
    return UnsafePointer(room)
  }
}
