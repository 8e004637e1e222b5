// The options of `train` in the form of the training loop, of histories and of run files.

import Features
import HDF5
import Networks
import Schemas
import Tooling

extension Train {
  /// Refuses another side than that of the images that the initialiser used. A run is not refused, since
  /// training has changed its weights.
  /// - Throws: `ToolError` that names the option of `sample-init`.
  func requireSide(of initial: NetworkFile, _ file: File) throws {
    guard let side, let drawn = initial.network.preparation.side, side != drawn,
      !RunFile.isRun(file), let method = initial.labels[.initMethod]?.string
    else { return }
    let needs = (try? Initialisers.named(method))?.needs
    guard
      needs == .images || !initial.labels.explained.isEmpty
        || initial.labels[.initScale]?.string.flatMap(FilterScale.init)?.needsImages == true
    else { return }
    throw ToolError(
      .usage,
      "--side \(side), but '\(method)' used images of side \(drawn) to draw \(file.name):"
        + " draw it with sample-init --side \(side)")
  }

  /// The options of the training loop.
  var options: TrainingOptions {
    TrainingOptions(
      epochs: epochs, batch: optimiser.batch, rule: optimiser.rule, schedule: optimiser.schedule,
      warmUp: optimiser.warmUp, clip: optimiser.clip, labelSmoothing: optimiser.labelSmoothing,
      augmentation: optimiser.augment,
      mixing: Mixing(mixup: optimiser.mixup, cutmix: optimiser.cutmix), seed: seed,
      validationShare: validationShare, stratify: stratify, subset: subset,
      testSubset: testSubset)
  }

  /// The options that decide the result, by their names on the command line.
  var described: [(String, String)] {
    [("epochs", "\(epochs)")] + optimiser.described + [
      ("seed", "\(seed)"), ("validation-share", "\(validationShare)"),
      ("convolution", convolution.rawValue),
    ] + (probeHead ? [("probe-head", "")] : []) + (stratify ? [("stratify", "")] : [])
      + (side.map { [("side", "\($0)")] } ?? [])
      + (subset.map { [("subset", "\($0)")] } ?? [])
      + (testSubset.map { [("test-subset", "\($0)")] } ?? [])
      + (variant.map { [("variant", $0)] } ?? [])
  }

  /// Attributes of the run file: options, numbers of images, and classes.
  func attributes(_ training: Training, classes: [String]) -> [RunFile.Attribute: AttributeValue] {
    var values: [RunFile.Attribute: AttributeValue] = [
      .classes: .integer(classes.count), .classNames: .strings(classes),
      .validationChance: .double(training.validationChance),
      .epochsAsked: .integer(epochs),
      .convolution: .string(convolution.rawValue),
      .validationShare: .double(validationShare), .stratify: .integer(stratify ? 1 : 0),
      .trainImages: .integer(training.trainingCount),
      .validationImages: .integer(training.validationCount),
    ]
    values[.subset] = subset.map { .integer($0) }
    values[.testChance] = training.testChance.map { .double($0) }
    values[.testSubset] = testSubset.map { .integer($0) }
    values[.variant] = variant.map { .string($0) }
    return values.merging(optimiser.attributes) { mine, _ in mine }
  }
}
