/// What replaces batch normalisation in networks by Fixup (Zhang, Dauphin & Ma 2019): one bias, or one
/// multiplier and one bias, for a whole map: y = m·z + b, plus a residual, then ReLU.
///
/// It is called like `BatchNorm`. Each image is computed by itself.
package final class ScalarMap {
  /// Floats of one image's map.
  package let count: Int
  /// The most images one call may hold.
  package let images: Int
  package let rectifies: Bool
  /// m [1], and b [1].
  package let scale: Parameter?
  package let bias: Parameter

  private let pool: WorkerPool
  private let workspace: Workspace
  /// What the last retaining forward pass read and wrote.
  private var kept: (z: Buffer, y: Buffer)?
  /// m, b and 0 for each place of a row.
  private let vectors = Buffer(count: 3 * FourLanes.width)

  /// - Parameters:
  ///   - scale: name of the multiplier, `layer1.0.scale`; nil: there is none.
  ///   - bias: name of the bias, `layer1.0.bias1a`.
  ///   - rectifies: whether ReLU follows.
  package init(
    count: Int, images: Int, scale: String? = nil, bias: String, rectifies: Bool, pool: WorkerPool,
    workspace: Workspace
  ) {
    precondition(count > 0 && images > 0)
    (self.count, self.images, self.rectifies) = (count, images, rectifies)
    (self.pool, self.workspace) = (pool, workspace)
    self.scale = scale.map { Parameter($0, shape: [1]) }
    self.bias = Parameter(bias, shape: [1])
    workspace.reserve(.scratch, ChannelChunks.sumsSize(positions: images * count, channels: 1))
  }

  package var parameters: [Parameter] { [scale, bias].compactMap { $0 } }

  private var factor: Float { scale?.memory[0] ?? 1 }

  /// `value` for each place of a row, in vector `index`.
  private func vector(_ index: Int, _ value: Float) -> UnsafePointer<Float> {
    let start = vectors.start + index * FourLanes.width
    start.update(repeating: value, count: FourLanes.width)
    return UnsafePointer(start)
  }

  /// z [N, …], plus `residual` → y, of the same shape.
  ///
  /// - Parameters:
  ///   - y: may be `z` or `residual`, unless a backward pass will want what was there.
  ///   - retaining: keeps z and y for backward passes.
  package func forward(
    _ z: Buffer, images: Int, adding residual: Buffer? = nil, into y: Buffer, retaining: Bool
  ) {
    precondition(images > 0 && images <= self.images)
    let all = images * count
    precondition(z.count >= all && y.count >= all && residual?.count ?? all >= all)
    ChunkNormalisation.run(
      ChannelChunks(positions: all, channels: 1), z, adding: residual, mean: vector(2, 0),
      scale: vector(0, factor), shift: vector(1, bias.memory[0]), rectifies: rectifies, into: y,
      pool)
    kept = retaining ? (z, y) : nil
  }

  /// z of all images that one call may hold, without a residual → y, in memory of its own. Nothing is kept.
  package func value(of z: Buffer) -> Buffer {
    let y = Buffer(count: images * count)
    let before = kept
    forward(z, images: images, into: y, retaining: false)
    kept = before
    return y
  }

  /// Gradient with respect to y → with respect to z, and those of m and b, for `use`. Follows a retaining `forward`, whose
  /// z and y still hold what they held; with a multiplier they are two buffers.
  ///
  /// - Parameters:
  ///   - dz: may be `dy`, unless `residual` is.
  ///   - residual: takes the gradient with respect to the residual; may be `dy`.
  package func backward(
    _ dy: Buffer, images: Int, into dz: Buffer, residual: Buffer? = nil, _ use: GradientUse
  ) {
    guard let kept else { preconditionFailure("backward without a retaining forward") }
    precondition(images > 0 && images <= self.images && dy.count >= images * count)
    precondition(kept.z !== kept.y || scale == nil, "y was written over z")
    let chunks = ChannelChunks(positions: images * count, channels: 1)
    let sums = workspace[.scratch].start
    ChunkGradientSums.run(
      chunks, dy: dy, gate: rectifies ? .read(y: kept.y.start) : .open, z: kept.z,
      mean: vector(2, 0), gated: nil, into: sums, pool)
    var (sum, product) = (0.0, 0.0)
    chunks.eachSum(sums) { _, _, first, second in
      sum += first
      product += second
    }
    inputGradient(dy, images: images, repeats: 1, into: dz, residual: residual)
    scale?.keptGradient.load([Float(product)])
    bias.keptGradient.load([Float(sum)])
    if case .apply(let rule) = use { for p in parameters { p.step(rule, pool: pool) } }
  }

  /// Gradients with respect to y, R = `repeats` of the same N images, image index fastest → with respect to z: m·g where y is
  /// positive. Follows a retaining `forward`, whose y still holds what it held.
  ///
  /// - Parameters:
  ///   - dz: may be `dy`, unless `residual` is.
  ///   - residual: takes the gradients with respect to the residual; may be `dy`.
  package func inputGradient(
    _ dy: Buffer, images: Int, repeats: Int, into dz: Buffer, residual: Buffer? = nil
  ) {
    guard let kept else { preconditionFailure("no retaining forward") }
    precondition(images > 0 && images <= self.images)
    let all = repeats * images * count
    precondition(dy.count >= all && dz.count >= all && residual?.count ?? all >= all)
    precondition(dz !== residual, "two gradients in one place")
    if dz === dy, residual == nil, scale == nil, !rectifies { return }
    ChunkScaling.run(
      ChannelChunks(positions: images * count, channels: 1), repeats: repeats, dy,
      y: rectifies ? kept.y : nil, scale: vector(0, factor), gated: residual, into: dz, pool)
  }
}
