/// One epoch's losses and accuracies.

/// Measured during (training) or after (evaluated, validation, test) one epoch.
public struct EpochRecord: Sendable, Equatable {
  /// Running mean over the epoch's batches, dropout on, weights changing underneath.
  public var trainLoss: Double
  public var trainAccuracy: Double
  /// The training images after the epoch, dropout off: what the validation loss is comparable with.
  public var trainLossEvaluated: Double?
  public var trainAccuracyEvaluated: Double?
  public var validationLoss: Double
  public var validationAccuracy: Double
  public var testLoss: Double?
  public var testAccuracy: Double?

  public init(
    trainLoss: Double, trainAccuracy: Double, trainLossEvaluated: Double? = nil,
    trainAccuracyEvaluated: Double? = nil, validationLoss: Double, validationAccuracy: Double,
    testLoss: Double? = nil, testAccuracy: Double? = nil
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

  /// Whether both losses are numbers; a run diverges in the first epoch where they are not.
  public var isFinite: Bool { trainLoss.isFinite && validationLoss.isFinite }

  /// Validation loss − training loss in nats, as the paper's Figure 3. The training loss is a running
  /// mean with dropout on, so an early negative gap is an artefact of measurement.
  public var lossGap: Double { validationLoss - trainLoss }

  /// The same with both losses evaluated after the epoch, dropout off; nil where not measured.
  public var lossGapEvaluated: Double? { trainLossEvaluated.map { validationLoss - $0 } }
}
