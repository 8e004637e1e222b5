// Winograd's blocks in training: compared with the direct block, for several numbers of threads, and with ties.

import Tensors
import Testing

struct WinogradTrainingTests {
  static let shapes = [
    ConvolutionShape(images: 5, height: 8, width: 8, inputs: 32, outputs: 64, pools: true),
    ConvolutionShape(images: 20, height: 16, width: 16, inputs: 16, outputs: 48, pools: false),
    ConvolutionShape(images: 7, height: 2, width: 2, inputs: 64, outputs: 32, pools: true),
    ConvolutionShape(images: 5, height: 12, width: 12, inputs: 3, outputs: 32, pools: true),
  ]

  struct State: Equatable {
    var output: [Float]
    var inputGradient: [Float]
    var weight: [Float]
    var bias: [Float]
    var momentum: [Float]
  }

  /// The result of three steps of SGD on one batch.
  private func train(
    _ example: ConvolutionExample, _ algorithm: ConvolutionAlgorithm, threads: Int, atOnce: Bool
  ) -> State {
    let block = example.block(algorithm, threads: threads)
    let pool = WorkerPool(threads: threads)
    let (output, dx) = (
      example.room(example.shape.outputCount), example.room(example.shape.inputCount)
    )
    let (input, gradient) = (Buffer(example.input), Buffer(example.gradient))
    let sgd = SGD(learningRate: 0.01, nesterov: true)
    for _ in 0..<3 {
      block.forward(input, images: example.images, into: output, retaining: true)
      if atOnce {
        block.backward(gradient, images: example.images, into: dx, .apply(sgd))
      } else {
        block.backward(gradient, images: example.images, into: dx, .keep)
        for parameter in [block.weight, block.bias] { parameter.step(sgd, pool: pool) }
      }
    }
    return State(
      output: output.values(), inputGradient: dx.values(), weight: block.weight.values,
      bias: block.bias.values, momentum: block.weight.state(0) + block.bias.state(0))
  }

  @Test(arguments: shapes)
  func threeStepsAgreeWithTheDirectBlock(_ shape: ConvolutionShape) {
    let example = ConvolutionExample(shape, seed: 5)
    let ours = train(example, .winograd, threads: 2, atOnce: false)
    let direct = train(example, .direct, threads: 2, atOnce: false)
    for part in [\State.output, \.inputGradient, \.weight, \.bias, \.momentum] {
      #expect(
        relativeError(ours[keyPath: part], direct[keyPath: part].map(Double.init)) < 3e-5)
    }
  }

  @Test(arguments: shapes)
  func threadCountDoesNotChangeBytes(_ shape: ConvolutionShape) {
    let example = ConvolutionExample(shape, seed: 6)
    let one = train(example, .winograd, threads: 1, atOnce: false)
    #expect(one == train(example, .winograd, threads: 2, atOnce: false))
    #expect(one == train(example, .winograd, threads: 5, atOnce: false))
    #expect(one == train(example, .winograd, threads: 3, atOnce: true))
  }

  /// The first of equal values in a window, in reading order, receives the gradient. None does if they are not positive.
  @Test(arguments: [1, 0] as [Float])
  func firstOfEqualMaximaReceivesTheGradient(bias: Float) {
    for shape in Self.shapes where shape.pools {
      let example = ConvolutionExample(shape)
      let block = example.block()
      block.weight.load([Float](repeating: 0, count: shape.weightCount))
      block.bias.load([Float](repeating: bias, count: shape.outputs))
      let output = example.room(shape.outputCount)
      block.forward(Buffer(example.input), images: shape.images, into: output, retaining: true)
      #expect(output.values().allSatisfy { $0 == bias })
      let delta = example.room(shape.mapCount)
      block.preactivationGradient(
        Buffer(example.gradient), images: shape.images, repeats: 1, into: delta)
      let k = shape.outputs
      let right = delta.values().enumerated().allSatisfy { i, value in
        let (pixel, filter) = (i / k, i % k)
        let (n, y) = (pixel / (shape.width * shape.height), pixel / shape.width % shape.height)
        let x = pixel % shape.width
        let source = ((n * shape.outputHeight + y / 2) * shape.outputWidth + x / 2) * k + filter
        return value == (bias > 0 && y % 2 == 0 && x % 2 == 0 ? example.gradient[source] : 0)
      }
      #expect(right)
    }
  }

  @Test func weightsAndMomentumPassThroughUnchanged() {
    for shape in Self.shapes {
      let example = ConvolutionExample(shape)
      let block = example.block()
      #expect(block.weight.values == example.weight)
      #expect(block.bias.values == example.bias)
      #expect(block.weight.state(0).allSatisfy { $0 == 0 })
      let momentum = (weight: example.weight.map { -$0 }, bias: example.bias)
      block.weight.load(momentum.weight, state: 0)
      block.bias.load(momentum.bias, state: 0)
      #expect(block.weight.state(0) == momentum.weight)
      #expect(block.bias.state(0) == momentum.bias)
    }
  }

  @Test func otherChannelCountsAreComputedDirectly() {
    func block(_ c: Int, _ k: Int) -> any ConvolutionBlock {
      ConvolutionAlgorithm.winograd.block(
        ConvolutionShape(images: 1, height: 4, width: 4, inputs: c, outputs: k, pools: false),
        path: "", pool: WorkerPool(threads: 1), workspace: Workspace(), trains: false)
    }
    #expect(block(10, 16) is DirectConvolution)
    #expect(block(16, 40) is DirectConvolution)
    #expect(block(16, 48) is WinogradConvolution)
    #expect(!BuildTarget.description.isEmpty)
  }
}
