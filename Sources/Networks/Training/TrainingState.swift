/// What a checkpoint has to hold, and how a run goes on from it.

import Measurements
import Tensors

/// All that a run needs to go on after an epoch as if it had never stopped. Random streams are not
/// part of it: they are counted by seed, epoch and step. Nor is a divergence: it ends a run.
package struct TrainingState: Sendable {
  package let network: Network
  /// What the update rule keeps, slot by slot.
  package let slots: [Slot]
  /// Records of the completed epochs.
  package let epochs: [EpochRecord]
  /// The network at the epoch with the best validation accuracy, and that epoch's index.
  package let best: (network: Network, epoch: Int)?

  /// One of the numbers that an update rule keeps of each element.
  package struct Slot: Sendable {
    /// As the rule calls it: SGD's velocity `momentum`.
    package let name: String
    /// Under the names of the parameters that learn.
    package let tensors: [String: Tensor]

    package init(_ name: String, _ tensors: [String: Tensor]) {
      self.name = name
      self.tensors = tensors
    }
  }

  package init(
    network: Network, slots: [Slot], epochs: [EpochRecord],
    best: (network: Network, epoch: Int)?
  ) {
    self.network = network
    self.slots = slots
    self.epochs = epochs
    self.best = best
  }
}

extension Training {
  /// What stands between two epochs.
  package var state: TrainingState {
    TrainingState(
      network: compiled.network,
      slots: slotNames.enumerated().map { TrainingState.Slot($1, compiled.state($0)) },
      epochs: epochs, best: best)
  }

  /// What this run's update rule keeps, by name.
  package var slotNames: [String] { options.rule.slots }

  /// Goes on from a state of this same run: its network, images and options are this run's.
  package func resume(from state: TrainingState) {
    compiled.load(state.network)
    for (index, slot) in state.slots.enumerated() { compiled.load(slot.tensors, state: index) }
    epochs = state.epochs
    best = state.best
  }
}

extension CompiledNetwork {
  /// What the update rule keeps in slot `index`, under the names of the parameters that learn.
  package func state(_ index: Int) -> [String: Tensor] {
    collect({ $0.state(index) }, of: learned)
  }

  /// Takes over slot `index`: there is a tensor of the shape of each parameter that learns.
  package func load(_ state: [String: Tensor], state index: Int) {
    for parameter in learned {
      guard let tensor = state[parameter.name] else {
        preconditionFailure("no state of \(parameter.name)")
      }
      parameter.load(tensor.values, state: index)
    }
  }
}
