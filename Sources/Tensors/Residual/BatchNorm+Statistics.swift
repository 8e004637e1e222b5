// The statistics of a batch: those of each chunk in single precision, joined in double in the order of the chunks.

extension BatchNorm {
  /// Takes μ and 1/σ from z, and moves the running statistics.
  func takeMoments(_ z: Buffer, _ chunks: ChannelChunks) {
    let (width, sums, source) = (chunks.width, workspace[.scratch].start, z.start)
    pool.run(chunks.count) { index, _ in
      let (first, rows) = chunks.chunk(index)
      let sum = sums + 2 * index * width
      ChunkMoments(
        x: source + first * width, rows: rows, width: width, mean: sum, squares: sum + width
      ).run(width: width)
    }
    let n = Double(chunks.rows * chunks.fold)
    var variance = [Double](repeating: 0, count: channels)
    for c in 0..<channels { mean[c] = 0 }
    chunks.eachSum(sums) { channel, rows, mean, _ in self.mean[channel] += rows * mean / n }
    chunks.eachSum(sums) { channel, rows, mean, squares in
      let distance = mean - self.mean[channel]
      variance[channel] += squares + rows * distance * distance
    }
    // A batch of one position has no unbiased variance: PyTorch refuses it, here it counts as 0.
    let unbiased = 1 / max(1, n - 1)
    let (means, variances) = (runningMean.memory, runningVariance.memory)
    for c in 0..<channels {
      inverse[c] = 1 / (variance[c] / n + epsilon).squareRoot()
      means[c] = Float((1 - momentum) * Double(means[c]) + momentum * mean[c])
      variances[c] = Float(
        (1 - momentum) * Double(variances[c]) + momentum * variance[c] * unbiased)
    }
  }
}
