// How a run was trained, as attributes of its file.

import HDF5

extension RunFile {
  /// What a run file says of its training beside what every network file says: as `train` was asked,
  /// under the names of its options, and what that came to on the images.
  package enum Attribute: String, CaseIterable, Sendable {
    // The images.
    case classes, variant, subset, stratify
    case classNames = "class_names"
    case testSubset = "test_subset"
    case validationShare = "validation_share"
    case trainImages = "train_images"
    case validationImages = "validation_images"
    /// Accuracy of the best constant answer to the images that validate, and to those that test.
    case validationChance = "validation_chance"
    case testChance = "test_chance"
    // The training.
    case batch, optimiser, momentum, nesterov, beta1, beta2, schedule, clip, augment, mixup, cutmix
    case convolution
    case epochsAsked = "epochs_asked"
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
    case warmUp = "warm_up"
    case labelSmoothing = "label_smoothing"
  }
}

extension RunSummary {
  /// What the run says of its training.
  package subscript(attribute: RunFile.Attribute) -> AttributeValue? {
    attributes[attribute.rawValue]
  }

  /// The attributes that may tell one run from another, by name in ascending order: all but those that
  /// are stated elsewhere, or that only going on from a checkpoint needs.
  package var options: [(name: String, value: AttributeValue)] {
    let others =
      ["history", "mean", "std", Labels.Key.sourceWarnings.rawValue]
      + [Labels.Key.initAligned, .initAlignment].map(\.rawValue)
      + [RunFile.Attribute.classNames.rawValue] + CheckpointFile.attributes
    return attributes.sorted { $0.key < $1.key }.filter { !others.contains($0.key) }
      .map { (name: $0.key, value: $0.value) }
  }
}
