// Backward: δ, the gradient with respect to the map before ReLU and pool, and from it the gradients of
// weights and input.

extension DirectConvolution {
  package func backward(
    _ outputGradient: Buffer, images: Int, into inputGradient: Buffer?, _ use: GradientUse
  ) {
    let delta = workspace[.mapGradient]
    preactivationGradient(outputGradient, images: images, repeats: 1, into: delta)
    formGradients(delta, images: images)
    if let inputGradient {
      pool.run((images + group - 1) / group) { chunk, worker in
        let first = chunk * group
        self.inputGradient(
          delta.start + first * shape.mapCount, first: first, images: min(group, images - first),
          worker: worker, into: inputGradient)
      }
    }
    if case .apply(let rule) = use { for p in [weight, bias] { p.step(rule, pool: pool) } }
  }

  /// dW [9C, K] = patchesᵀ δ and db = Σ δ over this batch.
  private func formGradients(_ delta: Buffer, images: Int) {
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
        Patches.gather(
          input.start, rows: first * s.height..<(first + n) * s.height,
          columns: 0..<s.plain.windowLength, s.plain, into: patches)
        BLAS.gemm(
          transposeA: true, m: 9 * s.inputs, n: s.outputs, k: n * positions, patches,
          lda: 9 * s.inputs, d, ldb: s.outputs, beta: 1, sum, ldc: s.outputs)
        Reductions.addRows(d, rows: n * positions, columns: s.outputs, into: biasSum)
        first += n
      }
    }
    let g = weight.keptGradient.start
    pool.run(9) { tap, _ in
      let n = s.inputs * s.outputs
      Reductions.addParts(
        partialWeights.start + tap * n, parts: partials, stride: s.weightCount, count: n,
        into: g + tap * n)
    }
    Reductions.addParts(
      partialBiases.start, parts: partials, stride: s.outputs, count: s.outputs,
      into: bias.keptGradient.start)
  }

  package func preactivationGradient(
    _ outputGradient: Buffer, images: Int, repeats: Int, into delta: Buffer
  ) {
    precondition(images <= shape.images && delta.count >= repeats * images * shape.mapCount)
    precondition(outputGradient.count >= repeats * images * shape.outputCount)
    let (target, size) = (delta.start, shape.mapCount)
    withPreactivationGradients(outputGradient, images: images) { fill in
      pool.run(repeats * images) { row, _ in fill(row, target + row * size) }
    }
  }

  package func addMoment(
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

  package func inputGradient(
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
      weight.memory.start, ldb: s.outputs, patches, ldc: 9 * s.inputs)
    let target = inputGradient.start + first * s.inputCount
    target.update(repeating: 0, count: n * s.inputCount)
    Patches.scatter(patches, rows: 0..<n * s.height, s.plain, into: target)
  }
}
