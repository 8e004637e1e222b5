// A training run as numbers: its identity, and its history epoch by epoch. Accuracies are in [0, 1]; losses are mean
// cross-entropies in nats.

import Measurements

/// An option of a run, by its name on the command line.
package struct RunOption: Sendable, Codable, Equatable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A run, identified by data set, method, source seed and seed. Seeds are paired across methods.
package struct RunRecord: Sendable, Equatable {
  package var dataset: String
  /// The initialiser, such as `kaiming-nfm`; a variant follows after a space, as in `nfm round 2`.
  package var method: String
  /// Options that distinguish the run's row from others of its method; they end the method's name.
  package internal(set) var settings: [RunOption] = []
  /// The method of a variant, with whose plain runs it is compared; nil for plain runs.
  package var plainMethod: String?
  /// The seed of the source network that the features came from; nil for methods without a source.
  package var sourceSeed: Int?
  package var seed: Int
  package var architecture: String
  package var convention: String
  /// The number of classes of the data set, not of the head's outputs; nil when unknown.
  package var classes: Int?
  /// The SHA-256 of the images file in hexadecimal, which distinguishes data sets; nil when unknown.
  package var dataDigest: String?
  /// The accuracy of the best constant answer, which is the share of the largest class, on the test images, and on the
  /// validation images; nil when unknown.
  package var testChance: Double?
  package var validationChance: Double?
  package var options: [RunOption]
  /// The records of the epochs, beginning with epoch 1.
  package var epochs: [EpochRecord]
  /// The epoch (from 1) in which a loss stopped being finite; nil if it never did.
  package var divergedAt: Int?
  /// The layers at initialisation, from the input on; empty when not measured.
  package var probe: [LayerProbe]
  /// The blocks at initialisation, from the input on; empty when not measured and for networks without blocks.
  package var blocks: [BlockProbe] = []
  /// Faults of the network that the features came from, one line each.
  package var sourceWarnings: [String]
  /// The answers of the best epoch's network on the test images; nil if the run does not have them.
  package var answers: ClassAnswers?
  /// The SHA-256 of the run's file in hexadecimal; nil if the run was never a file.
  package var digest: String?

  /// Makes a record; `divergedAt` defaults to the first epoch whose losses are not finite.
  package init(
    dataset: String, method: String, sourceSeed: Int? = nil, seed: Int, architecture: String,
    convention: String, classes: Int? = nil, dataDigest: String? = nil, testChance: Double? = nil,
    validationChance: Double? = nil, options: [RunOption] = [],
    epochs: [EpochRecord], divergedAt: Int? = nil, probe: [LayerProbe] = [],
    sourceWarnings: [String] = [], digest: String? = nil
  ) {
    self.dataset = dataset
    self.method = method
    self.sourceSeed = sourceSeed
    self.seed = seed
    self.architecture = architecture
    self.convention = convention
    self.classes = classes
    self.dataDigest = dataDigest
    self.testChance = testChance
    self.validationChance = validationChance
    self.options = options
    self.epochs = epochs
    self.divergedAt = divergedAt ?? epochs.firstIndex { !$0.isFinite }.map { $0 + 1 }
    self.probe = probe
    self.sourceWarnings = sourceWarnings
    self.digest = digest
  }

  /// Whether a loss stopped being finite during training.
  package var diverged: Bool { divergedAt != nil }
}
