/// What one epoch ended with. Losses are means over images, accuracies shares in [0, 1].
public struct EpochRecord: Equatable, Sendable {
  /// Running means while training, with dropout, augmentation and label smoothing (what the paper's
  /// Figures 2 and 3 plot).
  public var trainLoss: Double
  public var trainAccuracy: Double
  /// The same in evaluation mode after the epoch, on as many training images as validate.
  public var trainLossEvaluated: Double
  public var trainAccuracyEvaluated: Double
  public var validationLoss: Double
  public var validationAccuracy: Double
  /// NaN when there are no test images.
  public var testLoss: Double
  public var testAccuracy: Double

  public init(
    trainLoss: Double, trainAccuracy: Double, trainLossEvaluated: Double,
    trainAccuracyEvaluated: Double, validationLoss: Double, validationAccuracy: Double,
    testLoss: Double, testAccuracy: Double
  ) {
    self.trainLoss = trainLoss
    self.trainAccuracy = trainAccuracy
    self.trainLossEvaluated = trainLossEvaluated
    self.trainAccuracyEvaluated = trainAccuracyEvaluated
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.testLoss = testLoss
    self.testAccuracy = testAccuracy
  }
}

/// How an epoch stands after one of its steps.
public struct StepRecord: Equatable, Sendable {
  /// Steps done in the whole run.
  public let step: Int
  /// Images that this epoch has seen.
  public let images: Int
  /// Means over those images, as `EpochRecord.trainLoss` and `trainAccuracy`.
  public let loss: Double
  public let accuracy: Double
  /// What the step was made with.
  public let learningRate: Float
}
