// The losses and accuracies of an epoch.

/// The record of one epoch. Losses are means over images in nats, and accuracies are shares in [0, 1]. Values are
/// NaN where there were no images, and nil where nothing was measured, as in logs of other programs.
package struct EpochRecord: Equatable, Sendable {
  /// The running mean of the loss during training, with dropout, augmentation, mixing and label smoothing, while
  /// the weights change (as in the paper's Figures 2 and 3). For the accuracy, the answer to a mixed image counts as
  /// the share of the label that it names.
  package var trainLoss: Double
  package var trainAccuracy: Double
  /// The training loss in evaluation mode after the epoch, on as many training images as there are validation
  /// images, so that it is comparable with the validation loss.
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

  /// Whether both losses are finite; a run diverges in the first epoch in which they are not.
  package var isFinite: Bool { trainLoss.isFinite && validationLoss.isFinite }

  /// Validation loss − training loss in nats, as in the paper's Figure 3. The training loss is a running
  /// mean with dropout on, so an early negative gap is an artefact of the measurement.
  package var lossGap: Double { validationLoss - trainLoss }

  /// Validation loss − training loss with both evaluated after the epoch, dropout off; nil if not measured.
  package var lossGapEvaluated: Double? { trainLossEvaluated.map { validationLoss - $0 } }
}
