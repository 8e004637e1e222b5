/// A fully connected layer y = x Wᵀ + b, with ReLU and dropout where the network has them.
///
/// A gradient that is applied at once is never stored: a few rows of dW = dyᵀ x are formed at a time
/// and applied, which for torchvision's 25088→4096 layer saves 411 MB and two passes.
package final class Linear {
  package let inputs: Int
  package let outputs: Int
  /// [outputs, inputs]
  package let weight: Parameter
  /// [outputs]
  package let bias: Parameter
  private let pool: WorkerPool
  private let biasGradient: Buffer
  private let scratch: Buffer
  private var input: Buffer?

  /// Rows of W (outputs) that one chunk of work holds.
  private static let block = 16
  private var chunks: Int { (outputs + Self.block - 1) / Self.block }

  /// - Parameters:
  ///   - path: what its parameters' names begin with, `classifier.0.`
  ///   - trains: whether `backward` will be called; without, its memory is not allocated.
  package init(inputs: Int, outputs: Int, path: String = "", pool: WorkerPool, trains: Bool) {
    precondition(inputs > 0 && outputs > 0)
    self.inputs = inputs
    self.outputs = outputs
    self.pool = pool
    weight = Parameter(path + "weight", shape: [outputs, inputs])
    bias = Parameter(path + "bias", shape: [outputs])
    biasGradient = Buffer(count: trains ? outputs : 0)
    scratch = Buffer(count: trains ? pool.threads * Self.block * inputs : 0)
  }

  /// x [N, inputs] → y [N, outputs] (no activation).
  package func forward(_ x: Buffer, images: Int, into y: Buffer, retaining: Bool) {
    precondition(x.count >= images * inputs && y.count >= images * outputs)
    let (w, b) = (weight.memory.start, bias.memory.start)
    pool.run(chunks) { chunk, _ in
      let first = chunk * Self.block
      let n = min(Self.block, outputs - first)
      for image in 0..<images {
        (y.start + image * outputs + first).update(from: b + first, count: n)
      }
      BLAS.gemm(
        transposeB: true, m: images, n: n, k: inputs, x.start, lda: inputs,
        w + first * inputs, ldb: inputs, beta: 1, y.start + first, ldc: outputs)
    }
    input = retaining ? x : nil
  }

  /// dy [N, outputs] → gradients of weights and bias, for `use`, and dx [N, inputs] if asked for. The
  /// `x` of the retaining `forward` must still hold what it held.
  package func backward(_ dy: Buffer, images: Int, into dx: Buffer?, _ use: GradientUse) {
    precondition(dy.count >= images * outputs)
    if let dx { inputGradient(dy, images: images, into: dx) }
    biasGradient.fill(0)
    Reductions.addRows(dy.start, rows: images, columns: outputs, into: biasGradient.start)
    switch use {
    case .keep:
      let start = weight.keptGradient.start
      eachGradientBlock(dy, images: images) { offset, gradient, count in
        (start + offset).update(from: gradient, count: count)
      }
      bias.keptGradient.start.update(from: biasGradient.start, count: outputs)
    case .apply(let rule):
      let update = weight.update(by: rule)
      eachGradientBlock(dy, images: images) { offset, gradient, count in
        update(offset, gradient, count: count)
      }
      bias.update(by: rule)(0, biasGradient.start, count: outputs)
    }
  }

  /// dy [M, outputs] → dx [M, inputs] = dy W.
  package func inputGradient(_ dy: Buffer, images: Int, into dx: Buffer) {
    precondition(dy.count >= images * outputs && dx.count >= images * inputs)
    let (w, block) = (weight.memory.start, 64)
    pool.run((inputs + block - 1) / block) { chunk, _ in
      let first = chunk * block
      BLAS.gemm(
        m: images, n: min(block, inputs - first), k: outputs, dy.start, lda: outputs,
        w + first, ldb: inputs, dx.start + first, ldc: inputs)
    }
  }

  private func eachGradientBlock(
    _ dy: Buffer, images: Int,
    _ body: (_ offset: Int, _ gradient: UnsafePointer<Float>, _ count: Int) -> Void
  ) {
    guard let x = input, scratch.count > 0 else {
      preconditionFailure("backward without a retaining forward of a layer that trains")
    }
    pool.run(chunks) { chunk, worker in
      let first = chunk * Self.block
      let n = min(Self.block, outputs - first)
      let gradient = scratch.start + worker * Self.block * inputs
      BLAS.gemm(
        transposeA: true, m: n, n: inputs, k: images, dy.start + first, lda: outputs, x.start,
        ldb: inputs, gradient, ldc: inputs)
      body(first * inputs, gradient, n * inputs)
    }
  }
}
