// Every pass of Winograd convolutions, compared with the definition in double precision.

import Tensors
import Testing

struct WinogradAccuracyTests {
  /// The largest relative error of each pass for each layer's shape, in the maximum norm.
  static let promise = 3e-5

  static func shape(
    _ images: Int, _ height: Int, _ width: Int, _ c: Int, _ k: Int, pools: Bool
  ) -> ConvolutionShape {
    ConvolutionShape(
      images: images, height: height, width: width, inputs: c, outputs: k, pools: pools)
  }

  /// The shapes of VGG11's layers at 32×32, and of its deepest maps at larger sides.
  static let layers = [
    shape(2, 32, 32, 3, 64, pools: true), shape(2, 16, 16, 64, 128, pools: true),
    shape(2, 8, 8, 128, 256, pools: false), shape(2, 8, 8, 256, 256, pools: true),
    shape(3, 4, 4, 256, 512, pools: false), shape(3, 4, 4, 512, 512, pools: true),
    shape(4, 2, 2, 512, 512, pools: false), shape(4, 2, 2, 512, 512, pools: true),
    shape(1, 14, 14, 512, 512, pools: true),
  ]

  /// Shapes with odd sides, maps smaller than a tile, oblong maps, channels that do not fill a panel, groups of tiles in
  /// an image, and more tiles than one pass processes.
  static let corners = [
    shape(3, 1, 1, 16, 32, pools: false), shape(70, 2, 2, 32, 48, pools: true),
    shape(2, 3, 3, 48, 16, pools: true), shape(5, 5, 5, 16, 80, pools: true),
    shape(2, 7, 7, 32, 32, pools: false), shape(3, 1, 6, 16, 16, pools: false),
    shape(2, 2, 9, 16, 32, pools: true), shape(1, 50, 46, 16, 32, pools: true),
    shape(40, 8, 8, 32, 32, pools: true), shape(2, 33, 31, 3, 32, pools: true),
    shape(3, 5, 6, 3, 16, pools: false), shape(2, 4, 4, 10, 12, pools: true),
  ]

  @Test(arguments: layers + corners)
  func passesAgreeWithTheDefinition(_ shape: ConvolutionShape) {
    check(ConvolutionExample(shape))
    // A partial batch follows a full one in the same block.
    if shape.images > 1 { check(ConvolutionExample(shape, images: shape.images - 1, seed: 2)) }
  }

  private func check(_ example: ConvolutionExample) {
    let (shape, images) = (example.shape, example.images)
    let block = example.block()
    let full = ConvolutionExample(shape, seed: 3)
    block.forward(
      Buffer(full.input), images: shape.images, into: full.room(shape.outputCount),
      retaining: true)
    let (input, output) = (Buffer(example.input), example.room(shape.outputCount))
    let gradient = Buffer(example.gradient)
    block.forward(input, images: images, into: output, retaining: true)
    let dx = example.room(shape.inputCount)
    block.backward(gradient, images: images, into: dx, .keep)
    let delta = example.room(shape.mapCount)
    block.preactivationGradient(gradient, images: images, repeats: 1, into: delta)

    let reference = ReferenceConvolution(
      shape, images: images, weight: example.weight, bias: example.bias)
    let z = reference.map(example.input)
    let forward = relativeError(output.values(), reference.output(z).values)
    #expect(forward < Self.promise)
    expectRouted(delta.values(), example, z)

    // δ is the block's, since a value close to zero may be rectified in one of the two computations only.
    let routed = delta.values().map(Double.init)
    let data = relativeError(dx.values(), reference.inputGradient(routed))
    #expect(data < Self.promise)
    let (weights, biases) = reference.weightGradient(example.input, routed)
    let weight = relativeError(block.weight.gradient, weights)
    #expect(weight < Self.promise)
    // `swift test --attachments-path DIR` stores this for docs/winograd.md.
    Attachment.record(
      "\(shape.height)×\(shape.width) \(shape.inputs)→\(shape.outputs), \(images) images:"
        + " forward \(forward), backward-data \(data), backward-weights \(weight)\n",
      named: "accuracy.txt")
    #expect(relativeError(block.bias.gradient, biases) < Self.promise)
    let again = example.room(shape.inputCount)
    block.inputGradient(gradient, images: images, repeats: 1, into: again)
    #expect(relativeError(again.values(), dx.values().map(Double.init)) < 1e-6)

    let evaluated = example.room(shape.outputCount)
    example.block(trains: false).forward(input, images: images, into: evaluated, retaining: false)
    #expect(evaluated.values() == output.values())
  }

  /// Checks that the gradient of each output is at one position of its window, whose value is the largest (up to rounding)
  /// and positive, or at none if the largest value is not positive.
  private func expectRouted(_ delta: [Float], _ example: ConvolutionExample, _ z: [Double]) {
    let (s, k) = (example.shape, example.shape.outputs)
    let slack = Self.promise * z.reduce(0) { max($0, abs($1)) }
    var (wrong, reached) = (0, 0)
    for (i, g) in example.gradient.enumerated() {
      let (filter, pixel) = (i % k, i / k)
      let (n, place) = (
        pixel / (s.outputHeight * s.outputWidth), pixel % (s.outputHeight * s.outputWidth)
      )
      let (row, column) = (place / s.outputWidth, place % s.outputWidth)
      let side = s.pools ? 2 : 1
      let window = (0..<side * side).map {
        ((n * s.height + side * row + $0 / side) * s.width + side * column + $0 % side) * k + filter
      }
      let best = window.map { z[$0] + Double(example.bias[filter]) }.max() ?? 0
      let hit = window.filter { delta[$0] != 0 }
      reached += hit.count
      switch hit.count {
      case 0: if best > slack && g != 0 { wrong += 1 }
      case 1:
        let value = z[hit[0]] + Double(example.bias[filter])
        if delta[hit[0]] != g || value < best - slack || value < -slack { wrong += 1 }
      default: wrong += 1
      }
    }
    #expect(wrong == 0)
    #expect(reached == delta.count { $0 != 0 }, "a gradient outside every window")
  }
}
