/// The metrics that tables compare: a name, a heading and how to take it from a run.

/// A number per run that can be averaged and compared.
public struct Metric: Sendable {
  /// Column name in CSV and JSON, as `test_accuracy_at_best`.
  public let name: String
  /// Heading for people.
  public let heading: String
  /// Whether values are accuracies in [0, 1], shown in percent.
  public let isAccuracy: Bool
  /// The metric of a run, or nil where the run has none.
  public let value: @Sendable (RunRecord) -> Double?

  public init(
    name: String, heading: String, isAccuracy: Bool,
    value: @escaping @Sendable (RunRecord) -> Double?
  ) {
    self.name = name
    self.heading = heading
    self.isAccuracy = isAccuracy
    self.value = value
  }

  /// Test accuracy at the best validation epoch: the headline of every table.
  public static let testAccuracyAtBest = Metric(
    name: "test_accuracy_at_best", heading: "test accuracy", isAccuracy: true
  ) { $0.testAccuracyAtBest }

  /// The paper's metric.
  public static let bestValidationAccuracy = Metric(
    name: "best_validation_accuracy", heading: "best validation", isAccuracy: true
  ) { $0.bestValidationAccuracy }

  /// Test accuracy after the last epoch.
  public static let lastTestAccuracy = Metric(
    name: "last_test_accuracy", heading: "last epoch", isAccuracy: true
  ) { $0.lastTestAccuracy }

  /// Validation accuracy after the last epoch.
  public static let lastValidationAccuracy = Metric(
    name: "last_validation_accuracy", heading: "last validation", isAccuracy: true
  ) { $0.lastValidationAccuracy }

  /// Mean height of the validation curve.
  public static let areaUnderCurve = Metric(
    name: "area_under_curve", heading: "area under curve", isAccuracy: true
  ) { $0.areaUnderCurve }

  /// Epochs until the validation accuracy is at least `accuracy`, in [0, 1].
  public static func epochsToReach(_ accuracy: Double) -> Metric {
    Metric(
      name: "epochs_to_reach", heading: "epochs to \(decimal(100 * accuracy, 0)) %",
      isAccuracy: false
    ) { $0.epochsToReach(accuracy).map(Double.init) }
  }

  /// Loss gap at equal training loss.
  public static func lossGap(atTrainingLoss loss: Double) -> Metric {
    Metric(
      name: "loss_gap_at_equal_training_loss",
      heading: "loss gap at training loss \(decimal(loss, 2))", isAccuracy: false
    ) { $0.lossGap(atTrainingLoss: loss) }
  }
}
