// Backward: the filters' gradient, patchesᵀ · dz, and the input's, dz · Wᵀ scattered back.

extension PatchConvolution {
  package func backward(
    _ dz: Buffer, images: Int, into dx: Buffer?, _ use: GradientUse
  ) {
    precondition(images > 0 && images <= shape.images)
    precondition(dz.count >= images * shape.outputCount)
    formGradient(dz.start, images: images)
    if let dx { inputGradient(dz, rows: images, into: dx) }
    if case .apply(let rule) = use { weight.step(rule, pool: pool) }
  }

  /// Some rows of dW [k²·C, K] and some of its columns, which one thread sums over the whole batch.
  struct WeightPiece {
    let columns: Range<Int>
    let outputs: Range<Int>
  }

  /// dW in pieces: enough of them for many threads, none so small that reading its operands takes longer than the
  /// products. A piece lies in one row of the kernel. They depend on the shape alone.
  var weightPieces: [WeightPiece] {
    let (span, wanted) = (shape.kernel * shape.inputs, 16)
    let across = max(1, min(span / 32, (wanted + shape.kernel - 1) / shape.kernel))
    let rows = shape.kernel * across
    let down = max(1, min(shape.outputs / 32, (wanted + rows - 1) / rows))
    return (0..<rows).flatMap { row in
      let (r, part) = (row / across, row % across)
      let columns = r * span + span * part / across..<r * span + span * (part + 1) / across
      return (0..<down).map {
        WeightPiece(
          columns: columns,
          outputs: shape.outputs * $0 / down..<shape.outputs * ($0 + 1) / down)
      }
    }
  }

  private func formGradient(_ dz: UnsafePointer<Float>, images: Int) {
    guard let input, trains else {
      preconditionFailure("backward without a retaining forward of a convolution that trains")
    }
    let (s, x, rows) = (shape, input.start, images * shape.outputHeight)
    let (pieces, rooms, sum) = (weightPieces, patchRooms(), weight.keptGradient.start)
    pool.run(pieces.count) { index, worker in
      let (columns, outputs) = (pieces[index].columns, pieces[index].outputs)
      let chunk = self.chunkRows(columns: columns.count)
      for first in stride(from: 0, to: rows, by: chunk) {
        let part = first..<min(first + chunk, rows)
        let a = self.patches(x, part, columns: columns, rooms(worker))
        BLAS.gemm(
          transposeA: true, m: columns.count, n: outputs.count, k: part.count * s.outputWidth, a,
          lda: self.readsInPlace ? s.inputs : columns.count,
          dz + (first * s.outputWidth * s.outputs + outputs.lowerBound), ldb: s.outputs,
          beta: first > 0 ? 1 : 0, sum + (columns.lowerBound * s.outputs + outputs.lowerBound),
          ldc: s.outputs)
      }
    }
  }

  package func inputGradient(_ dz: Buffer, rows images: Int, into dx: Buffer) {
    precondition(images > 0 && images <= shape.images)
    precondition(dz.count >= images * shape.outputCount)
    precondition(dx.count >= images * shape.inputCount)
    let (s, length) = (shape, shape.windowLength)
    let chunk = chunkRows(columns: length)
    // An image's patches overlap: one thread adds all of them.
    let group = max(1, chunk / s.outputHeight)
    let rooms = patchRooms()
    pool.run((images + group - 1) / group) { index, worker in
      let some = index * group..<min((index + 1) * group, images)
      let rows = some.lowerBound * s.outputHeight..<some.upperBound * s.outputHeight
      let target = dx.start + some.lowerBound * s.inputCount
      if !self.readsInPlace { target.update(repeating: 0, count: some.count * s.inputCount) }
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: chunk) {
        let part = first..<min(first + chunk, rows.upperBound)
        let patches =
          self.readsInPlace
          ? dx.start + first * s.width * s.inputs : rooms(worker)
        BLAS.gemm(
          transposeB: true, m: part.count * s.outputWidth, n: length, k: s.outputs,
          dz.start + first * s.outputWidth * s.outputs, lda: s.outputs, self.weight.memory.start,
          ldb: s.outputs, patches, ldc: length)
        if !self.readsInPlace { Patches.scatter(patches, rows: part, s, into: dx.start) }
      }
    }
  }
}
