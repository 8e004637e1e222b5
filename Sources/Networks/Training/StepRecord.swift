/// A record of an epoch's progress after one of its steps.
package struct StepRecord: Equatable, Sendable {
  /// The number of steps completed in the whole run.
  package let step: Int
  /// The number of images seen in this epoch.
  package let images: Int
  /// The mean loss over those images, as in `EpochRecord.trainLoss`.
  package let loss: Double
  /// The accuracy over those images, as in `EpochRecord.trainAccuracy`.
  package let accuracy: Double
  /// The learning rate of the step.
  package let learningRate: Float
}
