/// Batch normalisation (Ioffe & Szegedy 2015) of NHWC maps as PyTorch computes it, with what follows in residual networks:
/// y = γ·(z − μ)/σ + β, plus a residual, then ReLU; σ² = variance + ε, channel by channel.
///
/// Letters: N images, H×W map, C channels.
package final class BatchNorm {
  /// Which mean and variance z is normalised by.
  package enum Statistics: Sendable {
    /// The batch's own, as in training; the running ones move towards them.
    case batch
    /// The running ones, as in evaluation: each image by itself.
    case running
  }

  package let channels: Int
  /// H·W
  package let area: Int
  /// The most images one call may hold.
  package let images: Int
  package let rectifies: Bool
  package let epsilon: Double
  /// How far running statistics move towards a batch's: r ← (1 − momentum)·r + momentum·b, b with the unbiased variance.
  /// With 1/n at batch n from 1 on they become the plain mean over batches.
  package var momentum: Double
  /// γ and β [C], and the running mean and variance [C], which do not learn.
  package let weight: Parameter, bias: Parameter
  package let runningMean: Parameter, runningVariance: Parameter

  let pool: WorkerPool
  let workspace: Workspace
  /// μ and 1/σ of the last forward pass [C].
  var mean: [Double], inverse: [Double]
  /// What the last retaining forward pass read and wrote, whether it added a residual, and by which statistics.
  var kept: (z: Buffer, y: Buffer, isSum: Bool, statistics: Statistics)?
  /// Five vectors of a value for each place of a row.
  let vectors: Buffer
  let vectorSize: Int

  /// - Parameters:
  ///   - rectifies: whether ReLU follows.
  ///   - path: what its parameters' names begin with, `bn1.`
  package init(
    channels: Int, area: Int, images: Int, rectifies: Bool, epsilon: Double = 1e-5,
    momentum: Double = 0.1, path: String = "", pool: WorkerPool, workspace: Workspace
  ) {
    precondition(channels > 0 && area > 0 && images > 0 && epsilon > 0)
    (self.channels, self.area, self.images) = (channels, area, images)
    (self.rectifies, self.epsilon, self.momentum) = (rectifies, epsilon, momentum)
    (self.pool, self.workspace) = (pool, workspace)
    weight = Parameter(path + "weight", shape: [channels])
    bias = Parameter(path + "bias", shape: [channels])
    runningMean = Parameter(path + "running_mean", shape: [channels], learns: false)
    runningVariance = Parameter(path + "running_var", shape: [channels], learns: false)
    (mean, inverse) = (
      [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels)
    )
    vectorSize = max(channels, FourLanes.width)
    vectors = Buffer(count: 5 * vectorSize)
    workspace.reserve(
      .scratch, ChannelChunks.sumsSize(positions: images * area, channels: channels))
  }

  package var parameters: [Parameter] { [weight, bias, runningMean, runningVariance] }

  /// z [N, H, W, C], plus `residual` [N, H, W, C] → y [N, H, W, C].
  ///
  /// - Parameters:
  ///   - y: may be `z` or `residual`, unless a backward pass will want what was there.
  ///   - retaining: keeps z and y for `backward` (after `.batch`) or `inputGradient` (after `.running`).
  package func forward(
    _ z: Buffer, images: Int, adding residual: Buffer? = nil, into y: Buffer,
    _ statistics: Statistics, retaining: Bool
  ) {
    let count = check(images)
    precondition(z.count >= count && y.count >= count && residual?.count ?? count >= count)
    precondition(y !== z || !retaining || statistics == .running, "backward will want z")
    let chunks = ChannelChunks(positions: images * area, channels: channels)
    switch statistics {
    case .batch: takeMoments(z, chunks)
    case .running:
      let (means, variances) = (runningMean.memory, runningVariance.memory)
      for c in 0..<channels {
        mean[c] = Double(means[c])
        inverse[c] = 1 / (Double(variances[c]) + epsilon).squareRoot()
      }
    }
    let (gain, shift) = (weight.memory, bias.memory)
    ChunkNormalisation.run(
      chunks, z, adding: residual, mean: vector(0, chunks) { mean[$0] },
      scale: vector(1, chunks) { Double(gain[$0]) * inverse[$0] },
      shift: vector(2, chunks) { Double(shift[$0]) }, rectifies: rectifies, into: y, pool)
    kept = retaining ? (z, y, residual != nil, statistics) : nil
  }

  /// Floats of some images' map.
  func check(_ images: Int) -> Int {
    precondition(images > 0 && images <= self.images)
    return images * area * channels
  }

  /// Vector `index`, of a value for each place of a row.
  func vector(
    _ index: Int, _ chunks: ChannelChunks, _ value: (_ channel: Int) -> Double
  ) -> UnsafePointer<Float> {
    let start = vectors.start + index * vectorSize
    chunks.eachPlace { place, channel in start[place] = Float(value(channel)) }
    return UnsafePointer(start)
  }
}
