// Forward and backward passes through a whole network.

import Tensors

/// A network ready to compute: its layers in order, and buffers for one batch of images of one size, which every call
/// reuses.
package final class CompiledNetwork {
  package let architecture: Architecture
  /// The height and width of the input, in pixels.
  package let side: Int
  /// The largest number of images in a pass; for feature matrices, the largest number of images times gradients.
  package let batch: Int
  let layers: [any Layer]
  /// The position of each linear map, in the network's order: its layer's index, and its index among the layer's maps.
  let places: [(layer: Int, map: Int)]
  let pool: WorkerPool
  /// The input of each layer, and at the end the network's output, each [N, …]. An in-place layer has one buffer for
  /// both.
  let values: [Buffer]
  /// The gradients with respect to `values`. The input's is empty; without `differentiates` all are.
  let valueGradients: [Buffer]
  private let preparation: Network.Preparation
  /// The layout, which owns the memory that layers share.
  private let layout: NetworkLayout

  /// Allocates the buffers of a network for batches of one size, and loads its parameters.
  ///
  /// - Parameters:
  ///   - side: The height and width of the input, in pixels.
  ///   - batch: The largest number of images in a pass, or of images times gradients.
  ///   - trains: Whether gradients of weights will be needed.
  ///   - slots: The number of values per element that the update rule keeps, for the check of memory.
  ///   - differentiates: Whether any gradient will be needed. With false, no memory is allocated for gradients.
  /// - Throws: `NetworkError` if `side` is too small for the architecture's pools, or if the batch needs more memory than
  ///   is available.
  package init(
    _ network: Network, side: Int, batch: Int, pool: WorkerPool, trains: Bool,
    slots: Int = 1, differentiates: Bool = true, algorithm: ConvolutionAlgorithm = .winograd
  ) throws(NetworkError) {
    let architecture = network.architecture
    try architecture.check(side: side)
    precondition(batch > 0)
    let plan = {
      NetworkLayout(
        architecture, side: side, batch: batch, pool: pool, trains: trains,
        differentiates: differentiates, algorithm: algorithm)
    }
    try Footprint.check(
      Buffer.bytes { plan().makeAll(slots: trains ? slots : 0) }, threads: pool.threads,
      of: "a batch of \(batch) at \(side)×\(side)",
      remedy: "a smaller side, batch or number of threads needs less")
    let layout = plan()
    self.architecture = architecture
    self.side = side
    self.batch = batch
    self.pool = pool
    self.preparation = network.preparation
    layers = layout.layers
    values = layout.values
    valueGradients = layout.valueGradients
    places = layout.layers.enumerated().flatMap { index, layer in
      layer.maps.indices.map { (layer: index, map: $0) }
    }
    self.layout = layout
    load(network)
  }

  /// The input [N, side, side, 3], to be filled before `forward`.
  package var input: Buffer { values[0] }

  // MARK: Parameters

  /// All parameters and running statistics, in the network's order.
  var parameters: [Parameter] { layers.flatMap(\.parameters) }

  /// The parameters that have gradients, which excludes running statistics.
  var learned: [Parameter] { parameters.filter(\.learns) }

  /// Copies the parameters of a network of the same architecture into this one.
  package func load(_ network: Network) {
    precondition(network.architecture == architecture)
    for parameter in parameters { parameter.load(network[parameter.name].values) }
  }

  /// A copy of the network with the current parameters.
  package var network: Network {
    do {
      return try Network(
        architecture, parameters: collect(\.values), preparation: preparation)
    } catch { preconditionFailure("\(error)") }
  }

  /// The gradients from the last backward pass that kept them, by parameter name.
  package var gradients: [String: Tensor] { collect(\.gradient, of: learned) }

  func collect(
    _ values: (Parameter) -> [Float], of parameters: [Parameter]? = nil
  ) -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: (parameters ?? self.parameters).map {
        ($0.name, Tensor(values($0), shape: $0.shape))
      })
  }

  // MARK: Forward

  /// The logits [N, outputs] of the last `forward`.
  package var logits: Buffer { values[layers.count] }

  /// The gradient with respect to the logits, [N, outputs], from which a backward pass starts.
  var logitsGradient: Buffer { valueGradients[layers.count] }

  /// Evaluates the first `images` images of `input`, without dropout.
  package func evaluate(images: Int) {
    forward(ForwardPass(images: images, retaining: false, dropout: nil))
  }

  /// Evaluates images in batches of at most `count`, without dropout. Calls `body` after each batch, whose logits are
  /// then in `logits`.
  func evaluate(
    _ indices: ArraySlice<Int>, from batches: BatchAssembler, atMost count: Int,
    _ body: (ArraySlice<Int>) throws -> Void
  ) rethrows {
    var first = indices.startIndex
    while first < indices.endIndex {
      let batch = indices[first..<min(first + count, indices.endIndex)]
      batches.assemble(batch, into: input, pool: pool)
      evaluate(images: batch.count)
      try body(batch)
      first += batch.count
    }
  }

  /// Runs a forward pass that `backward` may follow.
  ///
  /// With `draws` it is a training pass: dropout is applied, and batch normalisations use the statistics of the batch.
  package func forward(images: Int, dropout draws: DropoutDraws?) {
    forward(
      ForwardPass(
        images: images, retaining: true, dropout: draws,
        statistics: draws == nil ? .running : .batch))
  }

  /// Runs a forward pass through some layers.
  ///
  /// - Parameter range: The indices of the layers. nil means all.
  func forward(_ pass: ForwardPass, through range: Range<Int>? = nil) {
    precondition(pass.images > 0 && pass.images <= batch)
    for i in range ?? layers.indices {
      layers[i].forward(values[i], pass, into: values[i + 1])
    }
  }

  /// The loss, summed over images, and the number of correct answers for the logits of the last `forward`.
  ///
  /// A mixed image counts with the shares of its labels (see `CrossEntropy`). The gradient of the mean loss is written to
  /// `logitsGradient`, where `backward` starts.
  package func loss(
    labels: ArraySlice<UInt16>, partners: PartnerLabels? = nil, smoothing: Float = 0
  ) -> (sum: Double, correct: Double) {
    let result = CrossEntropy.evaluate(
      logits, labels: labels, partners: partners, classes: architecture.outputs,
      smoothing: smoothing, gradient: logitsGradient.count == 0 ? nil : logitsGradient)
    return (result.loss, result.correct)
  }

  // MARK: Backward

  /// Computes the gradients of all parameters after `loss`. They are kept, or applied layer by layer, as `use` says.
  package func backward(images: Int, _ use: GradientUse) {
    backward(Sweep(images: images, use: use))
  }

  /// Runs a backward pass from `logitsGradient` through layer `end`, without the gradient of that layer's input.
  func backward(_ sweep: Sweep, through end: Int = 0) {
    precondition(sweep.images > 0 && sweep.rows <= batch)
    for i in stride(from: layers.count - 1, through: end, by: -1) {
      layers[i].backward(valueGradients[i + 1], sweep, into: i == end ? nil : valueGradients[i])
    }
  }

  /// Applies one step of the rule with the gradients that the last backward pass kept.
  package func update(_ rule: any UpdateRule) {
    for parameter in learned { parameter.step(rule, pool: pool) }
  }
}
