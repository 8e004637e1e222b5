// The metrics of one run, computed from its history. A metric is nil if it is undefined,
// never a number that stands for "none".

extension RunRecord {
  /// The index of the epoch with the highest validation accuracy, the earliest of equals;
  /// nil when no epoch has a validation accuracy.
  package var bestEpoch: Int? {
    epochs.indices.filter { epochs[$0].validationAccuracy.isFinite }
      .max { (epochs[$0].validationAccuracy, $1) < (epochs[$1].validationAccuracy, $0) }
  }

  /// Test accuracy at the epoch that validation chose; the test set has no influence on the choice.
  package var testAccuracyAtBest: Double? { bestEpoch.flatMap { finite(epochs[$0].testAccuracy) } }

  /// The paper's metric, which is biased upwards, since it is the maximum of the reported values themselves.
  package var bestValidationAccuracy: Double? { bestEpoch.map { epochs[$0].validationAccuracy } }

  /// Test accuracy after the last epoch.
  package var lastTestAccuracy: Double? { finite(epochs.last?.testAccuracy) }

  /// The area under the validation accuracy by epoch (trapezoids), divided by the span, so that it is
  /// an accuracy. After a divergence the curve counts as 0. For one epoch it is its accuracy.
  package var areaUnderCurve: Double? {
    let values = epochs.map { finite($0.validationAccuracy) ?? 0 }
    guard let first = values.first, let last = values.last else { return nil }
    guard values.count > 1 else { return first }
    return (values.reduce(0, +) - (first + last) / 2) / Double(values.count - 1)
  }

  /// The first epoch (from 1) whose validation accuracy is at least `accuracy`; nil if there is none.
  package func epochsToReach(_ accuracy: Double) -> Int? {
    epochs.firstIndex { $0.validationAccuracy >= accuracy }.map { $0 + 1 }
  }

  /// Validation loss − training loss at the first point at which the evaluated training loss falls to
  /// `trainingLoss`, both interpolated linearly between epochs. So methods that learn faster are
  /// compared at equal fit, not at equal time. Nil when the loss never falls to it from above.
  package func lossGap(atTrainingLoss trainingLoss: Double) -> Double? {
    for (before, after) in zip(epochs, epochs.dropFirst()) {
      guard let high = before.trainLossEvaluated, let low = after.trainLossEvaluated,
        high >= trainingLoss, low <= trainingLoss, before.isFinite, after.isFinite
      else { continue }
      let share = high > low ? (high - trainingLoss) / (high - low) : 0
      let validation =
        before.validationLoss + share * (after.validationLoss - before.validationLoss)
      return validation - trainingLoss
    }
    return nil
  }

  /// The accuracy of the best constant answer, which is the share of the largest class, on the test images, or on the
  /// validation images if nothing was tested. For runs that do not state it, 1 / classes; nil when
  /// the number of classes is unknown too.
  package var chance: Double? {
    (testAccuracyAtBest == nil ? validationChance : testChance)
      ?? classes.flatMap { $0 > 0 ? 1 / Double($0) : nil }
  }

  /// Whether the run learned practically nothing: its test accuracy at the best epoch (the best
  /// validation accuracy if nothing was tested) exceeds chance by less than half of it, or by less
  /// than a twentieth of the distance from chance to 1. False if the number of classes is unknown.
  package var isAtChance: Bool {
    guard let chance else { return false }
    let accuracy = testAccuracyAtBest ?? bestValidationAccuracy ?? 0
    return accuracy < chance + min(chance / 2, (1 - chance) / 20) || accuracy <= chance
  }
}

/// The value if it is finite, else nil.
package func finite(_ value: Double?) -> Double? {
  value.flatMap { $0.isFinite ? $0 : nil }
}

/// The lowest evaluated training loss that every learning run reached, at which
/// `lossGap(atTrainingLoss:)` is the fairest comparison. Diverged runs and runs at chance do not count.
package func commonTrainingLoss(_ runs: [RunRecord]) -> Double? {
  runs.filter { !$0.diverged && !$0.isAtChance }
    .compactMap { $0.epochs.compactMap { finite($0.trainLossEvaluated) }.min() }
    .max()
}
