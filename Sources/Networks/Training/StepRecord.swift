/// How an epoch stands after one of its steps.
package struct StepRecord: Equatable, Sendable {
  /// Steps done in the whole run.
  package let step: Int
  /// Images that this epoch has seen.
  package let images: Int
  /// Means over those images, as `EpochRecord.trainLoss` and `trainAccuracy`.
  package let loss: Double
  package let accuracy: Double
  /// What the step was made with.
  package let learningRate: Float
}
