/// Forward and backward through a whole network.

import Tensors

/// A network laid out for computing: layers one after another, and memory for one batch of images of
/// one size, reused from call to call.
package final class CompiledNetwork {
  package let architecture: Architecture
  /// Height and width of the input, in pixels.
  package let side: Int
  /// The most images (times gradients, for feature matrices) that one pass may hold.
  package let batch: Int
  let layers: [any Layer]
  /// Where each linear map stands, in the network's order: its layer, and which of the layer's maps it is.
  let places: [(layer: Int, map: Int)]
  let pool: WorkerPool
  /// What enters each layer, and last what leaves the network: [N, …] each. A layer in place shares
  /// its two.
  let values: [Buffer]
  /// Gradients by `values`; the input's is empty, and all are without `differentiates`.
  let valueGradients: [Buffer]
  private let preparation: Network.Preparation
  /// Keeps what the layers share.
  private let layout: NetworkLayout

  /// - Parameters:
  ///   - trains: whether gradients of weights will be wanted.
  ///   - slots: of the update rule that will apply them, for the check of memory.
  ///   - differentiates: whether any gradient will be; false saves their memory.
  /// - Throws: `NetworkError` if `side` is too small for the architecture's pools, or the batch too large
  ///   for the machine's memory.
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

  /// [N, side, side, 3], to be filled before `forward`.
  package var input: Buffer { values[0] }

  // MARK: Parameters

  /// All parameters, in the network's order.
  var parameters: [Parameter] { layers.flatMap(\.parameters) }

  /// Those that have gradients: not running statistics.
  var learned: [Parameter] { parameters.filter(\.learns) }

  /// Takes over the parameters of a network of the same architecture.
  package func load(_ network: Network) {
    precondition(network.architecture == architecture)
    for parameter in parameters { parameter.load(network[parameter.name].values) }
  }

  /// The parameters as they are now.
  package var network: Network {
    do {
      return try Network(
        architecture, parameters: collect(\.values), preparation: preparation)
    } catch { preconditionFailure("\(error)") }
  }

  /// Gradients of the last backward pass that kept them, under the parameters' names.
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

  /// Logits [N, outputs] of the last `forward`.
  package var logits: Buffer { values[layers.count] }

  /// Gradient by the logits: where a backward pass begins.
  var logitsGradient: Buffer { valueGradients[layers.count] }

  /// Evaluates the first `images` of `input`, without dropout.
  package func evaluate(images: Int) {
    forward(ForwardPass(images: images, retaining: false, dropout: nil))
  }

  /// Evaluates images batch by batch, without dropout; `body` finds the logits of each batch.
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

  /// A forward pass that `backward` may follow. With `draws` it is a step of training: with dropout, and batch
  /// normalisations take the statistics of the batch.
  package func forward(images: Int, dropout draws: DropoutDraws?) {
    forward(
      ForwardPass(
        images: images, retaining: true, dropout: draws,
        statistics: draws == nil ? .running : .batch))
  }

  /// - Parameter layers: those to be passed, nil: all.
  func forward(_ pass: ForwardPass, through range: Range<Int>? = nil) {
    precondition(pass.images > 0 && pass.images <= batch)
    for i in range ?? layers.indices {
      layers[i].forward(values[i], pass, into: values[i + 1])
    }
  }

  /// Loss (sum over images) and number of right answers (of mixed images their shares, see `CrossEntropy`)
  /// for the logits of the last `forward`; leaves the gradient of the mean loss where `backward` takes it.
  package func loss(
    labels: ArraySlice<UInt16>, partners: PartnerLabels? = nil, smoothing: Float = 0
  ) -> (sum: Double, correct: Double) {
    let result = CrossEntropy.evaluate(
      logits, labels: labels, partners: partners, classes: architecture.outputs,
      smoothing: smoothing, gradient: logitsGradient.count == 0 ? nil : logitsGradient)
    return (result.loss, result.correct)
  }

  // MARK: Backward

  /// Gradients of all parameters from `loss`, kept or applied as they form.
  package func backward(images: Int, _ use: GradientUse) {
    backward(Sweep(images: images, use: use))
  }

  /// From `logitsGradient` back through layer `end`, whose input gets no gradient.
  func backward(_ sweep: Sweep, through end: Int = 0) {
    precondition(sweep.images > 0 && sweep.rows <= batch)
    for i in stride(from: layers.count - 1, through: end, by: -1) {
      layers[i].backward(valueGradients[i + 1], sweep, into: i == end ? nil : valueGradients[i])
    }
  }

  /// One step of the rule with the gradients that the last backward pass has kept.
  package func update(_ rule: any UpdateRule) {
    for parameter in learned { parameter.step(rule, pool: pool) }
  }
}
