/// Forward and backward through a whole network.

import Tensors

/// A network laid out for computing: weights in the kernels' order and memory for one batch of images
/// of one size, reused from call to call.
public final class CompiledNetwork {
  public let architecture: Architecture
  /// Height and width of the input, in pixels.
  public let side: Int
  /// The most images (times gradients, for feature matrices) that one pass may hold.
  public let batch: Int
  /// [N, side, side, 3], to be filled before `forward`.
  public let input: Buffer
  let blocks: [any ConvolutionBlock]
  let classifier: Classifier
  let pool: WorkerPool
  /// Output of each block, and its gradient: [N, H', W', K]
  let maps: [Buffer]
  let mapGradients: [Buffer]
  private let preparation: Network.Preparation
  private var dropped = false

  /// - Parameters:
  ///   - trains: whether gradients of weights will be wanted.
  ///   - differentiates: whether any gradient will be; false saves their memory.
  /// - Throws: `NetworkError` if `side` is too small for the architecture's pools, or the batch too large
  ///   for the machine's memory.
  public init(
    _ network: Network, side: Int, batch: Int, pool: WorkerPool, trains: Bool,
    differentiates: Bool = true, algorithm: ConvolutionAlgorithm = .winograd
  ) throws(NetworkError) {
    let architecture = network.architecture
    guard side >= architecture.smallestSide, side <= 4096 else {
      throw NetworkError(
        "images of \(side)×\(side) do not fit \(architecture.name), which needs a side of"
          + " \(architecture.smallestSide) to 4096")
    }
    precondition(batch > 0)
    let plan = {
      NetworkLayout(
        architecture, side: side, batch: batch, pool: pool, trains: trains,
        differentiates: differentiates, algorithm: algorithm)
    }
    try Footprint.check(
      Buffer.bytes { plan().workspace.makeAll() }, threads: pool.threads,
      of: "a batch of \(batch) at \(side)×\(side)",
      remedy: "a smaller side, batch or number of threads needs less")
    let layout = plan()
    self.architecture = architecture
    self.side = side
    self.batch = batch
    self.pool = pool
    self.preparation = network.preparation
    input = layout.input
    blocks = layout.blocks
    maps = layout.maps
    mapGradients = layout.mapGradients
    classifier = layout.classifier
    load(network)
  }

  /// Takes over the parameters of a network of the same architecture.
  public func load(_ network: Network) {
    precondition(network.architecture == architecture)
    for (convolution, block) in zip(architecture.convolutions, blocks) {
      block.load(
        weight: network[convolution.name + ".weight"].values,
        bias: network[convolution.name + ".bias"].values)
    }
    for (name, layer) in classifier.named {
      layer.load(
        weight: network[name + ".weight"].values, bias: network[name + ".bias"].values)
    }
  }

  /// The parameters as they are now.
  public var network: Network {
    let parameters = collect(
      convolution: { ($0.weight, $0.bias) }, linear: { ($0.weight, $0.bias) })
    do { return try Network(architecture, parameters: parameters, preparation: preparation) } catch
    {
      preconditionFailure("\(error)")
    }
  }

  /// Gradients of the last `backward`, under the parameters' names.
  public var gradients: [String: Tensor] {
    collect(convolution: { $0.gradient }, linear: { $0.gradient })
  }

  func collect(
    convolution: (any ConvolutionBlock) -> (weight: [Float], bias: [Float]),
    linear: (Linear) -> (weight: [Float], bias: [Float])
  ) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (layer, block) in zip(architecture.convolutions, blocks) {
      let (weight, bias) = convolution(block)
      result[layer.name + ".weight"] = Tensor(
        weight, shape: [layer.outputs, layer.inputs, 3, 3])
      result[layer.name + ".bias"] = Tensor(bias, shape: [layer.outputs])
    }
    for (name, layer) in classifier.named {
      let (weight, bias) = linear(layer)
      result[name + ".weight"] = Tensor(weight, shape: [layer.outputs, layer.inputs])
      result[name + ".bias"] = Tensor(bias, shape: [layer.outputs])
    }
    return result
  }

  /// Logits [N, outputs] of the last `forward`.
  public var logits: Buffer { classifier.logits }

  /// Evaluates the first `images` of `input`, without dropout.
  public func evaluate(images: Int) {
    forward(images: images, from: 0, retaining: false, dropout: nil)
  }

  /// A forward pass that `backward` may follow, with dropout if `draws` says whence.
  public func forward(images: Int, dropout draws: DropoutDraws?) {
    forward(images: images, from: 0, retaining: true, dropout: draws)
  }

  func forward(images: Int, from first: Int, retaining: Bool, dropout draws: DropoutDraws?) {
    precondition(images > 0 && images <= batch)
    for i in first..<blocks.count {
      blocks[i].forward(
        i == 0 ? input : maps[i - 1], images: images, into: maps[i], retaining: retaining)
    }
    classifier.forward(
      maps[blocks.count - 1], images: images, retaining: retaining, dropout: draws)
    dropped = draws != nil
  }

  /// Loss (sum over images) and number of right answers for the logits of the last `forward`; leaves
  /// the gradient of the mean loss where `backward` takes it.
  public func loss(
    labels: ArraySlice<UInt16>, smoothing: Float = 0
  ) -> (sum: Double, correct: Int) {
    let result = CrossEntropy.evaluate(
      logits, labels: labels, classes: architecture.outputs, smoothing: smoothing,
      gradient: classifier.logitsGradient)
    return (result.loss, result.correct)
  }

  /// Gradients of all parameters from `loss`.
  public func backward(images: Int) {
    let last = blocks.count - 1
    classifier.backward(images: images, dropped: dropped, into: mapGradients[last])
    for i in stride(from: last, through: 0, by: -1) {
      blocks[i].backward(
        mapGradients[i], images: images, into: i == 0 ? nil : mapGradients[i - 1])
    }
  }

  /// `backward` and `update` in one: gradients of filters are applied as they are formed, not kept.
  public func backward(images: Int, applying sgd: SGD) {
    let last = blocks.count - 1
    classifier.backward(images: images, dropped: dropped, into: mapGradients[last])
    for i in stride(from: last, through: 0, by: -1) {
      blocks[i].backward(
        mapGradients[i], images: images, into: i == 0 ? nil : mapGradients[i - 1], applying: sgd)
    }
    classifier.update(sgd)
  }

  /// One step of SGD with the gradients of the last `backward`.
  public func update(_ sgd: SGD) {
    for block in blocks { block.update(sgd) }
    classifier.update(sgd)
  }
}
