// The options and conditions of a training, as attributes of the run file.

import HDF5

extension RunFile {
  /// The attributes that a run file has besides those of a network file: the options of `train`,
  /// by their names, and the resulting numbers of images.
  package enum Attribute: String, CaseIterable, Sendable {
    // The images.
    case classes, variant, subset, stratify
    case classNames = "class_names"
    case testSubset = "test_subset"
    case validationShare = "validation_share"
    case trainImages = "train_images"
    case validationImages = "validation_images"
    /// Accuracy of the best constant prediction on the validation images, and on the test images.
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
  /// The attributes of the run's training.
  package subscript(attribute: RunFile.Attribute) -> AttributeValue? {
    attributes[attribute.rawValue]
  }

  /// The attributes that may distinguish one run from another, sorted by name: all except those that
  /// are stated elsewhere, or that are needed only to continue from a checkpoint.
  package var options: [(name: String, value: AttributeValue)] {
    let others =
      ["history", "mean", "std", Labels.Key.sourceWarnings.rawValue]
      + [Labels.Key.initAligned, .initAlignment].map(\.rawValue)
      + [RunFile.Attribute.classNames.rawValue] + CheckpointFile.attributes
    return attributes.sorted { $0.key < $1.key }.filter { !others.contains($0.key) }
      .map { (name: $0.key, value: $0.value) }
  }
}
