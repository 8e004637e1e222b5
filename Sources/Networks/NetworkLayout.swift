/// The memory of a network for one batch of images of one size.

import Tensors

/// All buffers that a compiled network works in: laid out once to add up what they take (`Buffer.bytes`), then to
/// use them.
struct NetworkLayout {
  /// [N, side, side, 3]
  let input: Buffer
  let blocks: [any ConvolutionBlock]
  /// Output of each block, and its gradient: [N, H', W', K]
  let maps: [Buffer]
  let mapGradients: [Buffer]
  let classifier: Classifier
  /// What the blocks share.
  let workspace = Workspace()

  /// - Parameters:
  ///   - trains: whether gradients of weights will be wanted.
  ///   - differentiates: whether any gradient will be; false saves their memory.
  init(
    _ architecture: Architecture, side: Int, batch: Int, pool: WorkerPool, trains: Bool,
    differentiates: Bool, algorithm: ConvolutionAlgorithm
  ) {
    input = Buffer(count: batch * side * side * Architecture.inputChannels)
    var (height, blocks) = (side, [any ConvolutionBlock]())
    for convolution in architecture.convolutions {
      let shape = ConvolutionShape(
        images: batch, height: height, width: height, inputs: convolution.inputs,
        outputs: convolution.outputs, pools: convolution.pools)
      blocks.append(
        algorithm.block(shape, pool: pool, workspace: workspace, trains: trains))
      height = shape.outputHeight
    }
    self.blocks = blocks
    maps = blocks.map { Buffer(count: batch * $0.shape.outputCount) }
    mapGradients = blocks.map {
      Buffer(count: differentiates ? batch * $0.shape.outputCount : 0)
    }
    classifier = Classifier(
      architecture, height: height, width: height, batch: batch, pool: pool, trains: trains)
  }
}
