/// The metrics that tables compare: a name, and how to take it from a run.

/// A number per run that can be averaged and compared.
package struct Metric: Sendable {
  /// Column name in CSV and JSON, as `test_accuracy_at_best`.
  package let name: String
  /// What the metric can be, which decides its intervals.
  let support: Support
  /// The metric of a run, or nil where the run has none; accuracies in [0, 1], losses in nats.
  package let value: @Sendable (RunRecord) -> Double?

  init(
    _ name: String, of support: Support = .share, value: @escaping @Sendable (RunRecord) -> Double?
  ) {
    self.name = name
    self.support = support
    self.value = value
  }

  /// Test accuracy at the best validation epoch: the headline of every table.
  package static let testAccuracyAtBest = Metric("test_accuracy_at_best") { $0.testAccuracyAtBest }

  /// The paper's metric.
  package static let bestValidationAccuracy = Metric("best_validation_accuracy") {
    $0.bestValidationAccuracy
  }

  /// Test accuracy after the last epoch.
  package static let lastTestAccuracy = Metric("last_test_accuracy") { $0.lastTestAccuracy }

  /// Mean height of the validation curve.
  package static let areaUnderCurve = Metric("area_under_curve") { $0.areaUnderCurve }

  /// Loss gap at equal training loss.
  package static func lossGap(atTrainingLoss loss: Double) -> Metric {
    Metric("loss_gap_at_equal_training_loss", of: .real) { $0.lossGap(atTrainingLoss: loss) }
  }
}
