// The state of a run that a checkpoint holds, and resuming from it.

import Measurements
import Tensors

/// The state of a run after an epoch, from which a resumed run continues as if it had not stopped.
///
/// Random streams are not part of it, since seed, epoch and step determine them. A divergence is not part of it either,
/// since it ends the run.
package struct TrainingState: Sendable {
  package let network: Network
  /// The state of the update rule, slot by slot.
  package let slots: [Slot]
  /// The records of the completed epochs.
  package let epochs: [EpochRecord]
  /// The network after the epoch with the best validation accuracy, and that epoch's index from 0.
  package let best: (network: Network, epoch: Int)?

  /// One of the values that an update rule keeps for every element of a parameter.
  package struct Slot: Sendable {
    /// The rule's name for it, such as `momentum` for SGD's velocity.
    package let name: String
    /// The values by the name of the parameter, for the parameters that learn.
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
  /// The current state, between two epochs.
  package var state: TrainingState {
    TrainingState(
      network: compiled.network,
      slots: slotNames.enumerated().map { TrainingState.Slot($1, compiled.state($0)) },
      epochs: epochs, best: best)
  }

  /// The names of the slots of this run's update rule.
  package var slotNames: [String] { options.rule.slots }

  /// Resumes from a state of a run with the same architecture, images and options.
  package func resume(from state: TrainingState) {
    compiled.load(state.network)
    for (index, slot) in state.slots.enumerated() { compiled.load(slot.tensors, state: index) }
    epochs = state.epochs
    best = state.best
  }
}

extension CompiledNetwork {
  /// The update rule's state in slot `index`, by the name of the parameter, for the parameters that learn.
  package func state(_ index: Int) -> [String: Tensor] {
    collect({ $0.state(index) }, of: learned)
  }

  /// Replaces the update rule's state in slot `index`. `state` must hold a tensor of the right shape for every parameter
  /// that learns.
  package func load(_ state: [String: Tensor], state index: Int) {
    for parameter in learned {
      guard let tensor = state[parameter.name] else {
        preconditionFailure("no state of \(parameter.name)")
      }
      parameter.load(tensor.values, state: index)
    }
  }
}
