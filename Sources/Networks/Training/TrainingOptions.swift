/// The options of a run, for the training loop.

import Tensors

/// What a training run is asked to do. The same seed gives the same split, order and dropout masks
/// whatever the initial weights are: methods are compared on paired runs.
package struct TrainingOptions: Sendable {
  package var epochs: Int
  /// Images a step.
  package var batch: Int
  /// With the learning rate that the schedule multiplies.
  package var rule: any UpdateRule
  package var schedule: LearningRateSchedule
  /// Epochs, and fractions of one, over which the learning rate rises; see `LearningRateSchedule.factor`.
  package var warmUp: Double
  /// The largest length of a step's whole gradient; longer ones are scaled down to it. nil: any.
  package var clip: Double?
  /// ε of the training loss, in [0, 1): see `CrossEntropy`. Evaluated losses have none.
  package var labelSmoothing: Float
  /// What is done at random to training images, not to those that are evaluated.
  package var augmentation: Augmentation
  /// How training images are mixed with others of their batch, after all that.
  package var mixing: Mixing
  /// The seed of split, order, dropout, augmentation and mixing.
  package var seed: UInt64
  /// Share of the images that validate, in (0, 1).
  package var validationShare: Double
  /// Whether each class has the same share of the images that validate as of all.
  package var stratify: Bool
  /// How many of the official training images to use (split and all), the same for all seeds: see
  /// `LabelledImages.choose`. nil: all.
  package var subset: Int?
  /// How many of the official test images to test on, chosen likewise; nil: all.
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

  /// Steps of the warm-up: the nearest whole number, at least one where any is asked for.
  package func warmUpSteps(stepsPerEpoch: Int) -> Int {
    warmUp > 0 ? max(1, Int((warmUp * Double(stepsPerEpoch)).rounded())) : 0
  }
}
