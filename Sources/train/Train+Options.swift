/// The options of `train` as the training loop takes them, and as histories and run files tell them.

import HDF5
import Networks

extension Train {
  /// For the training loop.
  var options: TrainingOptions {
    TrainingOptions(
      epochs: epochs, batch: optimiser.batch, sgd: optimiser.sgd, schedule: optimiser.schedule,
      clip: optimiser.clip, labelSmoothing: optimiser.labelSmoothing,
      augmentation: optimiser.augment, seed: seed, validationShare: validationShare,
      stratify: stratify, subset: subset, testSubset: testSubset)
  }

  /// What decides the result, under the names it was given by.
  var described: [(String, String)] {
    [("epochs", "\(epochs)")] + optimiser.described + [
      ("seed", "\(seed)"), ("validation-share", "\(validationShare)"),
      ("convolution", convolution.rawValue),
    ] + (stratify ? [("stratify", "")] : []) + (side.map { [("side", "\($0)")] } ?? [])
      + (subset.map { [("subset", "\($0)")] } ?? [])
      + (testSubset.map { [("test-subset", "\($0)")] } ?? [])
      + (variant.map { [("variant", $0)] } ?? [])
  }

  /// Of the run file: what was asked for, how many images that came to, and of what classes.
  func attributes(_ training: Training, classes: [String]) -> [String: AttributeValue] {
    var values: [String: AttributeValue] = [
      "classes": .integer(classes.count), "class_names": .strings(classes),
      "validation_chance": .double(training.validationChance),
      "epochs_asked": .integer(epochs),
      "convolution": .string(convolution.rawValue),
      "validation_share": .double(validationShare), "stratify": .integer(stratify ? 1 : 0),
      "train_images": .integer(training.trainingCount),
      "validation_images": .integer(training.validationCount),
    ]
    values["subset"] = subset.map { .integer($0) }
    values["test_chance"] = training.testChance.map { .double($0) }
    values["test_subset"] = testSubset.map { .integer($0) }
    values["variant"] = variant.map { .string($0) }
    return values.merging(optimiser.attributes) { mine, _ in mine }
  }
}
