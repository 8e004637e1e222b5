/// What a run's best network answers on the test images, and what a constant answer would be worth.

import Tensors

/// Labels of test images, and the class that a network gives each.
package struct TestAnswers: Equatable, Sendable {
  /// What stands for "none": the network's logits of that image are not finite.
  package static let none = UInt16.max

  /// In the order in which the images are tested.
  package let labels: [UInt16]
  /// Index of the largest logit of each, the first of equals, or `none`.
  package let predictions: [UInt16]

  package init(labels: [UInt16], predictions: [UInt16]) {
    precondition(labels.count == predictions.count)
    self.labels = labels
    self.predictions = predictions
  }
}

extension Training {
  /// The answers of the network after the epoch with the best validation accuracy, as that epoch's test
  /// accuracy counted them; nil without test images or such an epoch. Costs one pass over the test
  /// images.
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

  /// Accuracy of the best constant answer on the images that validate.
  package var validationChance: Double {
    Self.largestShare(validation.map { images.labels[$0] }) ?? 0
  }

  /// The same on the images that are tested; nil without any.
  package var testChance: Double? { Self.largestShare(tested.map { test.labels[$0] }) }

  private static func largestShare(_ labels: [UInt16]) -> Double? {
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    return counts.values.max().map { Double($0) / Double(labels.count) }
  }
}
