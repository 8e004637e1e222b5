// The metrics that tables compare: a name, and a function of a run.

/// A metric: a number of each run that can be averaged and compared.
package struct Metric: Sendable {
  /// The column's name in CSV and JSON, such as `test_accuracy_at_best`.
  package let name: String
  /// The range of the metric, which decides its intervals.
  let support: Support
  /// The metric of a run, or nil if the run has none; accuracies are in [0, 1], losses in nats.
  package let value: @Sendable (RunRecord) -> Double?

  init(
    _ name: String, of support: Support = .share, value: @escaping @Sendable (RunRecord) -> Double?
  ) {
    self.name = name
    self.support = support
    self.value = value
  }

  /// Test accuracy at the best validation epoch, the main metric of every table.
  package static let testAccuracyAtBest = Metric("test_accuracy_at_best") { $0.testAccuracyAtBest }

  /// The best validation accuracy, which is the paper's metric.
  package static let bestValidationAccuracy = Metric("best_validation_accuracy") {
    $0.bestValidationAccuracy
  }

  /// Test accuracy after the last epoch.
  package static let lastTestAccuracy = Metric("last_test_accuracy") { $0.lastTestAccuracy }

  /// The mean height of the validation curve.
  package static let areaUnderCurve = Metric("area_under_curve") { $0.areaUnderCurve }

  /// The loss gap at equal training loss.
  package static func lossGap(atTrainingLoss loss: Double) -> Metric {
    Metric("loss_gap_at_equal_training_loss", of: .real) { $0.lossGap(atTrainingLoss: loss) }
  }
}
