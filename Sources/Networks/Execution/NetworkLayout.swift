/// The memory of a network for one batch of images of one size.

import Tensors

/// All buffers that a compiled network works in: laid out once to add up what they take (`Buffer.bytes`),
/// then to use them.
struct NetworkLayout {
  let layers: [any Layer]
  /// What enters each layer, and last what leaves the network: [N, …] each. A layer in place shares
  /// its two.
  let values: [Buffer]
  /// Gradients by `values`; the input's is empty, and all are without `differentiates`.
  let valueGradients: [Buffer]
  /// What the layers share.
  private let workspace = Workspace()

  /// - Parameters:
  ///   - trains: whether gradients of weights will be wanted.
  ///   - differentiates: whether any gradient will be; false saves their memory.
  init(
    _ architecture: Architecture, side: Int, batch: Int, pool: WorkerPool, trains: Bool,
    differentiates: Bool, algorithm: ConvolutionAlgorithm
  ) {
    layers = architecture.family.layers(
      architecture, side: side,
      BuildingSite(
        batch: batch, algorithm: algorithm, pool: pool, workspace: workspace, trains: trains,
        differentiates: differentiates))
    var values = [Buffer(count: batch * side * side * Architecture.inputChannels)]
    var valueGradients = [Buffer(count: 0)]
    for (index, layer) in layers.enumerated() {
      let count = batch * layer.outputCount
      values.append(layer.isInPlace ? values[index] : Buffer(count: count))
      valueGradients.append(
        layer.isInPlace ? valueGradients[index] : Buffer(count: differentiates ? count : 0))
    }
    self.values = values
    self.valueGradients = valueGradients
  }

  /// Makes what is otherwise made when it is first used: the shared memory, and for each parameter this
  /// many slots of an update rule's state.
  func makeAll(slots: Int) {
    workspace.makeAll()
    for parameter in layers.flatMap(\.parameters) { parameter.reserveState(slots) }
  }
}
