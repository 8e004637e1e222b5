// Predictions of a run's best network for the test images, and the accuracy of the best constant answer.

import Tensors

/// The labels of test images, and the class that a network predicts for each.
package struct TestAnswers: Equatable, Sendable {
  /// The prediction of an image whose logits are not finite.
  package static let none = UInt16.max

  /// The labels, in the order in which the images are tested.
  package let labels: [UInt16]
  /// The index of each image's largest logit (the first of them if several are equal), or `none`.
  package let predictions: [UInt16]

  package init(labels: [UInt16], predictions: [UInt16]) {
    precondition(labels.count == predictions.count)
    self.labels = labels
    self.predictions = predictions
  }
}

extension Training {
  /// The predictions of the network after the epoch with the best validation accuracy, which are those that the epoch's
  /// test accuracy counts. nil without test images or without such an epoch.
  ///
  /// The call evaluates all test images once.
  package var testAnswers: TestAnswers? {
    guard let best, !tested.isEmpty else { return nil }
    let last = compiled.network
    compiled.load(best.network)
    defer { compiled.load(last) }
    var predictions: [UInt16] = []
    compiled.evaluate(tested[...], from: testBatches, atMost: options.batch) { batch in
      let answers = CrossEntropy.answers(
        compiled.logits, images: batch.count, classes: compiled.architecture.outputs)
      predictions += answers.map { $0.flatMap(UInt16.init(exactly:)) ?? TestAnswers.none }
    }
    return TestAnswers(labels: tested.map { test.labels[$0] }, predictions: predictions)
  }

  /// The accuracy of the best constant answer on the validation images.
  package var validationChance: Double {
    Self.largestShare(validation.map { images.labels[$0] }) ?? 0
  }

  /// The accuracy of the best constant answer on the test images; nil without test images.
  package var testChance: Double? { Self.largestShare(tested.map { test.labels[$0] }) }

  private static func largestShare(_ labels: [UInt16]) -> Double? {
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    return counts.values.max().map { Double($0) / Double(labels.count) }
  }
}
