// Backward. With g the gradient with respect to y where y is positive, and x̂ = (z − μ)/σ:
//
//     dβ = Σ g, dγ = Σ g·x̂, dz = γ/σ·(g − dβ/n − x̂·dγ/n), n positions; the residual's gradient is g.

extension BatchNorm {
  /// Gradient with respect to y [N, H, W, C] → with respect to z [N, H, W, C], and those of γ and β, for `use`. Follows a
  /// retaining `forward` by the batch's statistics, whose z still holds what it held, and y if a residual was added.
  ///
  /// - Parameters:
  ///   - dz: may be `dy`, unless `residual` is.
  ///   - residual: takes the gradient with respect to the residual; may be `dy`.
  package func backward(
    _ dy: Buffer, images: Int, into dz: Buffer, residual: Buffer? = nil, _ use: GradientUse
  ) {
    let count = check(images)
    precondition(dy.count >= count && dz.count >= count && residual?.count ?? count >= count)
    precondition(dz !== residual, "two gradients in one place")
    guard let kept, kept.statistics == .batch else {
      preconditionFailure("backward without a retaining forward by the batch's statistics")
    }
    let chunks = ChannelChunks(positions: images * area, channels: channels)
    let (gain, shift) = (weight.memory, bias.memory)
    let means = vector(0, chunks) { mean[$0] }
    let scales = vector(1, chunks) { Double(gain[$0]) * inverse[$0] }
    let gate: ChunkGate =
      !rectifies
      ? .open
      : kept.isSum
        ? .read(y: kept.y.start)
        : .computed(scale: scales, shift: vector(2, chunks) { Double(shift[$0]) })
    ChunkGradientSums.run(
      chunks, dy: dy, gate: gate, z: kept.z, mean: means, gated: residual,
      into: workspace[.scratch].start, pool)
    let (biasSum, gainSum) = totals(chunks)
    let n = Double(images * area)
    let slopes = vector(3, chunks) {
      -Double(gain[$0]) * inverse[$0] * inverse[$0] * gainSum[$0] / n
    }
    let shifts = vector(4, chunks) { -Double(gain[$0]) * inverse[$0] * biasSum[$0] / n }
    // The residual's gradient has passed the gate.
    let (source, left) = ((residual ?? dy).start, residual == nil ? gate : .open)
    let (z, target, width) = (kept.z.start, dz.start, chunks.width)
    pool.run(chunks.count) { index, _ in
      let (first, rows) = chunks.chunk(index)
      let offset = first * width
      ChunkGradient(
        dy: source + offset, gate: left.from(offset), z: z + offset, rows: rows, width: width,
        mean: means, scale: scales, slope: slopes, shift: shifts, dz: target + offset
      ).run(width: width)
    }
    weight.keptGradient.load(gainSum.map(Float.init))
    bias.keptGradient.load(biasSum.map(Float.init))
    if case .apply(let rule) = use { for p in [weight, bias] { p.step(rule, pool: pool) } }
  }

  /// Σ g and Σ g·x̂ of each channel.
  private func totals(_ chunks: ChannelChunks) -> (bias: [Double], gain: [Double]) {
    var bias = [Double](repeating: 0, count: channels)
    var gain = bias
    chunks.eachSum(workspace[.scratch].start) { channel, _, sum, product in
      bias[channel] += sum
      gain[channel] += product * inverse[channel]
    }
    return (bias, gain)
  }

  /// Gradients with respect to y [R·N, H, W, C], R = `repeats` of the same N images, image index fastest → with respect to z.
  /// Follows a retaining `forward` by the running statistics, whose y still holds what it held: there dz = γ/σ·g.
  ///
  /// - Parameters:
  ///   - dz: may be `dy`, unless `residual` is.
  ///   - residual: takes the gradients with respect to the residual; may be `dy`.
  package func inputGradient(
    _ dy: Buffer, images: Int, repeats: Int, into dz: Buffer, residual: Buffer? = nil
  ) {
    let count = check(images)
    let all = repeats * count
    precondition(dy.count >= all && dz.count >= all && residual?.count ?? all >= all)
    precondition(dz !== residual, "two gradients in one place")
    guard let kept, kept.statistics == .running else {
      preconditionFailure("no retaining forward by the running statistics")
    }
    let chunks = ChannelChunks(positions: images * area, channels: channels)
    let gain = weight.memory
    let scales = vector(0, chunks) { Double(gain[$0]) * inverse[$0] }
    ChunkScaling.run(
      chunks, repeats: repeats, dy, y: rectifies ? kept.y : nil, scale: scales, gated: residual,
      into: dz, pool)
  }
}
