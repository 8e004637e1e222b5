// Plain convolutions compared with PyTorch's, and the backward pass as the adjoint of the forward pass.

import Tensors
import Testing

struct PlainConvolutionTests {
  static func convolution(
    _ shape: PlainShape, _ algorithm: ConvolutionAlgorithm = .winograd, threads: Int = 2
  ) -> any PlainConvolution {
    algorithm.plain(
      shape, path: "conv1.", pool: WorkerPool(threads: threads), workspace: Workspace(),
      trains: true)
  }

  @Test func passesAgreeWithPyTorch() throws {
    let cases = try ResidualFixture.read().convolutions
    for example in cases {
      let shape = example.shape()
      let convolution = Self.convolution(shape)
      convolution.weight.load(example.weight)
      #expect(convolution.weight.values == example.weight)
      let (z, dx) = (unset(2 * shape.outputCount), unset(2 * shape.inputCount))
      convolution.forward(Buffer(example.x), images: 2, into: z, retaining: true)
      #expect(agrees(z.values(), example.z), "\(shape)")
      convolution.backward(Buffer(example.dz), images: 2, into: dx, .keep)
      #expect(agrees(dx.values(), example.dx), "\(shape)")
      #expect(agrees(convolution.weight.gradient, example.dw), "\(shape)")
      let again = unset(2 * shape.inputCount)
      convolution.inputGradient(Buffer(example.dz), rows: 2, into: again)
      #expect(again.values() == dx.values())
    }
    #expect(cases.count == 8)
  }

  /// Shapes with several chunks of rows in an image, several images in a chunk, several blocks of filters, and various
  /// numbers of channels.
  static let shapes = [
    PlainShape(images: 3, height: 33, width: 40, inputs: 3, outputs: 64, kernel: 7, stride: 2),
    PlainShape(images: 9, height: 16, width: 16, inputs: 32, outputs: 64, kernel: 3, stride: 2),
    PlainShape(images: 5, height: 16, width: 15, inputs: 64, outputs: 80, kernel: 1, stride: 2),
    PlainShape(images: 40, height: 8, width: 8, inputs: 48, outputs: 32, kernel: 1, stride: 1),
    PlainShape(images: 70, height: 4, width: 4, inputs: 160, outputs: 96, kernel: 3, stride: 2),
    PlainShape(images: 4, height: 20, width: 18, inputs: 10, outputs: 12, kernel: 3, stride: 1),
    PlainShape(images: 3, height: 9, width: 11, inputs: 6, outputs: 7, kernel: 5, stride: 1),
    PlainShape(images: 3, height: 35, width: 50, inputs: 16, outputs: 48, kernel: 3, stride: 2),
    PlainShape(images: 2, height: 120, width: 6, inputs: 32, outputs: 16, kernel: 3, stride: 2),
    PlainShape(images: 6, height: 9, width: 9, inputs: 96, outputs: 64, kernel: 3, stride: 2),
    PlainShape(images: 70, height: 8, width: 8, inputs: 16, outputs: 32, kernel: 3, stride: 2),
    PlainShape(images: 36, height: 32, width: 28, inputs: 16, outputs: 16, kernel: 3, stride: 1),
    PlainShape(images: 20, height: 16, width: 16, inputs: 16, outputs: 32, kernel: 3, stride: 1),
    PlainShape(images: 30, height: 9, width: 7, inputs: 32, outputs: 48, kernel: 3, stride: 1),
    PlainShape(images: 5, height: 13, width: 10, inputs: 3, outputs: 32, kernel: 3, stride: 1),
    PlainShape(images: 6, height: 2, width: 2, inputs: 64, outputs: 64, kernel: 3, stride: 1),
    PlainShape(images: 6, height: 1, width: 1, inputs: 64, outputs: 64, kernel: 3, stride: 1),
  ]

  struct Passes: Equatable {
    var z, dx, dw, stepped: [Float]
  }

  static func draw(_ count: Int, _ seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, .probes)
    return stream.normals(count)
  }

  /// The results of a forward pass, a backward pass and one step of SGD on `images` images, after another batch.
  static func passes(
    _ shape: PlainShape, _ algorithm: ConvolutionAlgorithm, threads: Int, images: Int,
    atOnce: Bool = false
  ) -> Passes {
    let convolution = Self.convolution(shape, algorithm, threads: threads)
    convolution.weight.load(draw(shape.weightCount, 1))
    convolution.forward(
      Buffer(draw(shape.images * shape.inputCount, 9)), images: shape.images,
      into: unset(shape.images * shape.outputCount), retaining: true)
    let (z, dx) = (unset(images * shape.outputCount), unset(images * shape.inputCount))
    let (x, dz) = (
      Buffer(draw(images * shape.inputCount, 2)), Buffer(draw(images * shape.outputCount, 3))
    )
    convolution.forward(x, images: images, into: z, retaining: true)
    convolution.backward(dz, images: images, into: dx, .keep)
    let dw = convolution.weight.gradient
    let rule = SGD(learningRate: 0.1, nesterov: true)
    if atOnce {
      convolution.backward(dz, images: images, into: nil, .apply(rule))
    } else {
      convolution.weight.step(rule, pool: WorkerPool(threads: 1))
    }
    return Passes(
      z: z.values(), dx: dx.values(), dw: dw, stepped: convolution.weight.values)
  }

  @Test(arguments: shapes)
  func backwardIsTheAdjoint(_ shape: PlainShape) {
    for images in [shape.images, shape.images - 1] {
      let passes = Self.passes(shape, .winograd, threads: 2, images: images)
      let x = Self.draw(images * shape.inputCount, 2)
      let dz = Self.draw(images * shape.outputCount, 3)
      let forward = Self.inner(passes.z, dz)
      Self.expectEqual(forward, Self.inner(x, passes.dx))
      Self.expectEqual(forward, Self.inner(Self.draw(shape.weightCount, 1), passes.dw))
      // With another gradient the product is different.
      let other = Self.inner(passes.z, Self.draw(images * shape.outputCount, 4))
      #expect(abs(other.sum - forward.sum) > 1e-3 * forward.size)
    }
  }

  /// The inner product ⟨a, b⟩ and the norm of its terms.
  static func inner(_ a: [Float], _ b: [Float]) -> (sum: Double, size: Double) {
    let terms = zip(a, b).map { Double($0) * Double($1) }
    return (terms.reduce(0, +), terms.reduce(0) { $0 + $1 * $1 }.squareRoot())
  }

  static func expectEqual(_ a: (sum: Double, size: Double), _ b: (sum: Double, size: Double)) {
    #expect(abs(a.sum - b.sum) < 1e-5 * max(a.size, b.size), "\(a) is not \(b)")
  }

  @Test(arguments: shapes)
  func threadCountDoesNotChangeBytes(_ shape: PlainShape) {
    let one = Self.passes(shape, .winograd, threads: 1, images: shape.images)
    #expect(one == Self.passes(shape, .winograd, threads: 2, images: shape.images))
    #expect(one == Self.passes(shape, .winograd, threads: 5, images: shape.images, atOnce: true))
  }

  @Test(arguments: shapes)
  func kernelsAgreeWithMatrixProducts(_ shape: PlainShape) {
    let ours = Self.passes(shape, .winograd, threads: 2, images: shape.images)
    let direct = Self.passes(shape, .direct, threads: 2, images: shape.images)
    for part in [\Passes.z, \.dx, \.dw, \.stepped] {
      #expect(agrees(ours[keyPath: part], direct[keyPath: part], within: 3e-5))
    }
  }
}
