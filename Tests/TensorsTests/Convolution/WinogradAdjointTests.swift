// The backward pass is the adjoint of the forward pass: ⟨A x, δ⟩ = ⟨x, Aᵀ δ⟩ = ⟨w, ∂⟨A x, δ⟩/∂w⟩.

import Tensors
import Testing

struct WinogradAdjointTests {
  static let shapes = [
    ConvolutionShape(images: 3, height: 8, width: 8, inputs: 64, outputs: 64, pools: false),
    ConvolutionShape(images: 2, height: 9, width: 7, inputs: 32, outputs: 48, pools: false),
    ConvolutionShape(images: 40, height: 12, width: 12, inputs: 16, outputs: 32, pools: false),
    ConvolutionShape(images: 9, height: 2, width: 2, inputs: 64, outputs: 32, pools: false),
    ConvolutionShape(images: 9, height: 1, width: 1, inputs: 32, outputs: 32, pools: false),
    ConvolutionShape(images: 4, height: 13, width: 10, inputs: 3, outputs: 32, pools: false),
  ]

  @Test(arguments: shapes)
  func backwardIsTheAdjoint(_ shape: ConvolutionShape) {
    let example = ConvolutionExample(shape)
    let zero = [Float](repeating: 0, count: shape.outputs)
    let block = example.block()
    block.weight.load(example.weight)
    block.bias.load(zero)
    let (positive, negative) = (example.room(shape.outputCount), example.room(shape.outputCount))
    // Without bias, relu(A x) − relu(A(−x)) = A x.
    block.forward(
      Buffer(example.input.map { -$0 }), images: shape.images, into: negative, retaining: false)
    block.forward(Buffer(example.input), images: shape.images, into: positive, retaining: true)
    let z = zip(positive.values(), negative.values()).map { $0 - $1 }

    let delta = example.room(shape.mapCount)
    let dx = example.room(shape.inputCount)
    let gradient = Buffer(example.gradient)
    block.backward(gradient, images: shape.images, into: dx, .keep)
    block.preactivationGradient(gradient, images: shape.images, repeats: 1, into: delta)

    let forward = inner(z, delta.values())
    expectEqual(forward, inner(example.input, dx.values()))
    expectEqual(forward, inner(example.weight, block.weight.gradient))
  }

  /// The inner product ⟨a, b⟩ and the norm of its terms.
  private func inner(_ a: [Float], _ b: [Float]) -> (sum: Double, size: Double) {
    let terms = zip(a, b).map { Double($0) * Double($1) }
    return (terms.reduce(0, +), terms.reduce(0) { $0 + $1 * $1 }.squareRoot())
  }

  private func expectEqual(
    _ a: (sum: Double, size: Double), _ b: (sum: Double, size: Double)
  ) {
    #expect(abs(a.sum - b.sum) < 1e-5 * max(a.size, b.size), "\(a) is not \(b)")
  }

  @Test(
    arguments: [(8, 32, true), (9, 32, false), (7, 3, true)],
    [ConvolutionAlgorithm.winograd, .direct])
  func gradientsOfSingleLogitsAgreeWithThoseOfAllAtOnce(
    _ layer: (side: Int, inputs: Int, pools: Bool), _ algorithm: ConvolutionAlgorithm
  ) {
    let shape = ConvolutionShape(
      images: 6, height: layer.side, width: layer.side, inputs: layer.inputs, outputs: 32,
      pools: layer.pools)
    let example = ConvolutionExample(shape, images: 2)
    let all = ConvolutionExample(shape, images: 6, seed: 9)
    let block = example.block(algorithm, trains: false)
    block.forward(
      Buffer(example.input), images: 2, into: example.room(shape.outputCount), retaining: true)
    let together = all.room(shape.mapCount)
    block.preactivationGradient(Buffer(all.gradient), images: 2, repeats: 3, into: together)
    let dx = all.room(shape.inputCount)
    block.inputGradient(Buffer(all.gradient), images: 2, repeats: 3, into: dx)
    expectMoment(block, Buffer(all.gradient), of: together)
    for r in 0..<3 {
      let part = Buffer(
        Array(all.gradient[r * 2 * shape.outputCount..<(r + 1) * 2 * shape.outputCount]))
      let delta = example.room(shape.mapCount)
      block.preactivationGradient(part, images: 2, repeats: 1, into: delta)
      let n = 2 * shape.mapCount
      #expect(Array(together.values()[r * n..<(r + 1) * n]) == delta.values())
      let alone = example.room(shape.inputCount)
      block.inputGradient(part, images: 2, repeats: 1, into: alone)
      let m = 2 * shape.inputCount
      #expect(
        relativeError(
          Array(dx.values()[r * m..<(r + 1) * m]), alone.values().map(Double.init)) < 1e-6)
    }
  }

  /// D of 2 images and 3 gradients is Σ δδᵀ over the given δ [6, H, W, K].
  private func expectMoment(
    _ block: any ConvolutionBlock, _ gradient: Buffer, of delta: Buffer
  ) {
    let k = block.shape.outputs
    let rows = Matrix(
      delta.values().map(Double.init), rows: 6 * block.shape.mapCount / k, columns: k)
    let sums = [1, 2].map { threads in
      let gram = GramAccumulator(widest: k, pool: WorkerPool(threads: threads))
      var sum = Matrix(zeros: k, k)
      block.addMoment(of: gradient, images: 2, repeats: 3, with: gram, into: &sum)
      return sum
    }
    let exact = rows.transposedTimes(rows)
    let error = zip(sums[0].values, exact.values).map { abs($0 - $1) }.max() ?? 1
    #expect(error < 1e-6 * exact.trace)
    #expect(sums[0] == sums[1])
  }
}
