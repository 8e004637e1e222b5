/// One training run as numbers: what identifies it, and its history epoch by epoch.
/// Accuracies lie in [0, 1], losses are mean cross-entropies in nats.

import Measurements

/// An option of the run, by its name on the command line.
package struct RunOption: Sendable, Codable, Equatable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A run: identified by data set, method, source seed and seed. Seeds are paired across methods.
package struct RunRecord: Sendable, Equatable {
  package var dataset: String
  /// The initialiser, as `kaiming-nfm`; a variant follows after a space, as `nfm round 2`.
  package var method: String
  /// Options that tell the run's row from others of its method; they end the method's name.
  package internal(set) var settings: [RunOption] = []
  /// The method that a variant is one of, with whose plain runs it is compared; nil for plain runs.
  package var plainMethod: String?
  /// Seed of the source network that the features came from; nil for methods without a source.
  package var sourceSeed: Int?
  package var seed: Int
  package var architecture: String
  package var convention: String
  /// Number of classes of the data set, not outputs of the head; nil when unknown.
  package var classes: Int?
  /// SHA-256 of the images file, hexadecimal; nil when unknown. Data sets are told apart by it.
  package var dataDigest: String?
  /// Accuracy of the best constant answer, the share of the largest class, among the images that test
  /// and those that validate; nil when unknown.
  package var testChance: Double?
  package var validationChance: Double?
  package var options: [RunOption]
  /// Epoch 1 first.
  package var epochs: [EpochRecord]
  /// The epoch (1-based) in which a loss stopped being a finite number; nil when none did.
  package var divergedAt: Int?
  /// Layers at initialisation, input side first; empty when not measured.
  package var probe: [LayerProbe]
  /// Blocks at initialisation, input side first; empty when not measured and for networks without.
  package var blocks: [BlockProbe] = []
  /// What is wrong with the network that features came from, one line a fault.
  package var sourceWarnings: [String]
  /// What the network of the best epoch answered on the test images; nil where the run does not say.
  package var answers: ClassAnswers?
  /// SHA-256 of the run's file, hexadecimal; nil when it never was a file.
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

  /// Whether a loss left the finite numbers in the course of training.
  package var diverged: Bool { divergedAt != nil }
}
