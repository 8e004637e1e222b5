// The options of a training run.

import Tensors

/// The options of a training run.
///
/// The same seed gives the same split, order and dropout masks whatever the initial weights are, so that methods are
/// compared on paired runs.
package struct TrainingOptions: Sendable {
  package var epochs: Int
  /// The number of images in a step.
  package var batch: Int
  /// The update rule, with the learning rate that the schedule multiplies.
  package var rule: any UpdateRule
  package var schedule: LearningRateSchedule
  /// The length of the warm-up in epochs, which may be a fraction (see `LearningRateSchedule.factor`).
  package var warmUp: Double
  /// The largest global norm of a step's gradient, to which a longer gradient is scaled down. nil means no limit.
  package var clip: Double?
  /// The label smoothing ε of the training loss, in [0, 1) (see `CrossEntropy`). Evaluation uses none.
  package var labelSmoothing: Float
  /// The random changes of training images. Images for evaluation are not changed.
  package var augmentation: Augmentation
  /// The mixing of training images with others of their batch, which follows the augmentation.
  package var mixing: Mixing
  /// The seed of split, order, dropout, augmentation and mixing.
  package var seed: UInt64
  /// The share of the images used for validation, in (0, 1).
  package var validationShare: Double
  /// Whether the validation images have the same proportions of classes as all images.
  package var stratify: Bool
  /// The number of official training images to use, for training and validation together. They are the same for all
  /// seeds (see `LabelledImages.choose`). nil means all.
  package var subset: Int?
  /// The number of official test images to use, chosen in the same way. nil means all.
  package var testSubset: Int?

  package init(
    epochs: Int, batch: Int = 64, rule: any UpdateRule, schedule: LearningRateSchedule = .constant,
    warmUp: Double = 0, clip: Double? = nil, labelSmoothing: Float = 0,
    augmentation: Augmentation = [], mixing: Mixing = Mixing(), seed: UInt64,
    validationShare: Double = 0.2, stratify: Bool = false, subset: Int? = nil,
    testSubset: Int? = nil
  ) {
    self.epochs = epochs
    self.batch = batch
    self.rule = rule
    self.schedule = schedule
    self.warmUp = warmUp
    self.clip = clip
    self.labelSmoothing = labelSmoothing
    self.augmentation = augmentation
    self.mixing = mixing
    self.seed = seed
    self.validationShare = validationShare
    self.stratify = stratify
    self.subset = subset
    self.testSubset = testSubset
  }

  /// The number of warm-up steps: `warmUp` rounded to whole steps, and at least one step if `warmUp` is not 0.
  package func warmUpSteps(stepsPerEpoch: Int) -> Int {
    warmUp > 0 ? max(1, Int((warmUp * Double(stepsPerEpoch)).rounded())) : 0
  }
}
