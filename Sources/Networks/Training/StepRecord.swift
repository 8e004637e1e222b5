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
