// The layers and buffers of a network for one batch of images of one size.

import Tensors

/// The layers of a compiled network with all their buffers. A first layout only adds up their sizes (`Buffer.bytes`), a
/// second one is used.
struct NetworkLayout {
  let layers: [any Layer]
  /// The input of each layer, and at the end the network's output, each [N, …]. An in-place layer has one buffer for
  /// both.
  let values: [Buffer]
  /// The gradients with respect to `values`. The input's is empty; without `differentiates` all are.
  let valueGradients: [Buffer]
  /// The scratch memory that the layers share.
  private let workspace = Workspace()

  /// Makes the layers of an architecture, and their buffers.
  ///
  /// - Parameters:
  ///   - trains: Whether gradients of weights will be needed.
  ///   - differentiates: Whether any gradient will be needed. With false, no memory is allocated for gradients.
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

  /// Allocates everything that is otherwise allocated on first use: the shared memory, and for each parameter `slots`
  /// slots of an update rule's state.
  func makeAll(slots: Int) {
    workspace.makeAll()
    for parameter in layers.flatMap(\.parameters) { parameter.reserveState(slots) }
  }
}
