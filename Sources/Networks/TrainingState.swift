/// What a checkpoint has to hold, and how a run goes on from it.

import Tensors

/// All that a run needs to go on after an epoch as if it had never stopped. Random streams are not
/// part of it: they are counted by seed, epoch and step. Nor is a divergence: it ends a run.
public struct TrainingState: Sendable {
  public let network: Network
  /// SGD's velocities, under the parameters' names.
  public let momentum: [String: Tensor]
  /// Of the epochs that are done.
  public let epochs: [EpochRecord]
  /// The network at the epoch with the best validation accuracy, and that epoch's index.
  public let best: (network: Network, epoch: Int)?

  public init(
    network: Network, momentum: [String: Tensor], epochs: [EpochRecord],
    best: (network: Network, epoch: Int)?
  ) {
    self.network = network
    self.momentum = momentum
    self.epochs = epochs
    self.best = best
  }
}

extension Training {
  /// What stands between two epochs.
  public var state: TrainingState {
    TrainingState(
      network: compiled.network, momentum: compiled.momentum, epochs: epochs, best: best)
  }

  /// Goes on from a state of this same run: its network, images and options are this run's.
  public func resume(from state: TrainingState) {
    compiled.load(state.network)
    compiled.load(momentum: state.momentum)
    epochs = state.epochs
    best = state.best
  }
}

extension CompiledNetwork {
  /// SGD's velocities, under the parameters' names. Of a network that trains.
  public var momentum: [String: Tensor] {
    collect(convolution: { $0.momentum }, linear: { $0.momentum })
  }

  /// Takes over velocities; there is one of each parameter's shape.
  public func load(momentum: [String: Tensor]) {
    func values(_ name: String) -> [Float] {
      guard let tensor = momentum[name] else { preconditionFailure("no velocity of \(name)") }
      return tensor.values
    }
    for (convolution, block) in zip(architecture.convolutions, blocks) {
      block.load(
        momentum: (values(convolution.name + ".weight"), values(convolution.name + ".bias")))
    }
    for (name, layer) in classifier.named {
      layer.load(momentum: (values(name + ".weight"), values(name + ".bias")))
    }
  }
}
