/// One epoch's losses and accuracies.

/// What one epoch ended with. Losses are means over images, in nats; accuracies shares in [0, 1]; NaN where
/// there were no images, nil where nothing was measured, as in logs of other programs.
package struct EpochRecord: Equatable, Sendable {
  /// Running means while training, with dropout, augmentation, mixing and label smoothing, weights changing
  /// underneath (what the paper's Figures 2 and 3 plot). The answer to a mixed image counts as the share
  /// of the label that it gives.
  package var trainLoss: Double
  package var trainAccuracy: Double
  /// The same in evaluation mode after the epoch, on as many training images as validate: what the
  /// validation loss is comparable with.
  package var trainLossEvaluated: Double?
  package var trainAccuracyEvaluated: Double?
  package var validationLoss: Double
  package var validationAccuracy: Double
  package var testLoss: Double?
  package var testAccuracy: Double?

  package init(
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
  package var isFinite: Bool { trainLoss.isFinite && validationLoss.isFinite }

  /// Validation loss − training loss in nats, as the paper's Figure 3. The training loss is a running
  /// mean with dropout on, so an early negative gap is an artefact of measurement.
  package var lossGap: Double { validationLoss - trainLoss }

  /// The same with both losses evaluated after the epoch, dropout off; nil where not measured.
  package var lossGapEvaluated: Double? { trainLossEvaluated.map { validationLoss - $0 } }
}
