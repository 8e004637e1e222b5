// The loss compared with values computed by hand and by PyTorch, and its gradient with finite differences.

import Foundation
import Tensors
import Testing

struct CrossEntropyTests {
  /// Logits (0, ln 3), whose probabilities are 1/4 and 3/4.
  static let logits = Buffer([0, Float(log(3.0)), Float(log(3.0)), 0])

  @Test func lossAndGradientAgreeWithHandComputation() {
    let gradient = Buffer(count: 4)
    let (loss, correct) = CrossEntropy.evaluate(
      Self.logits, labels: [1, 1], classes: 2, gradient: gradient)
    // The losses are −ln 3/4 and −ln 1/4. Only the first image is classified correctly.
    #expect(abs(loss - log(16.0 / 3)) < 1e-6)
    #expect(correct == 1)
    // The gradient of each image is (p − one-hot), divided by the number of images, 2.
    let expected: [Float] = [0.125, -0.125, 0.375, -0.375]
    #expect(zip(gradient.values(), expected).allSatisfy { abs($0 - $1) < 1e-7 })
  }

  @Test func smoothingSpreadsAShareOverAllClasses() {
    let gradient = Buffer(count: 4)
    let (loss, _) = CrossEntropy.evaluate(
      Self.logits, labels: [1, 1], classes: 2, smoothing: 0.2, gradient: gradient)
    let (near, far) = (log(4.0 / 3), log(4.0))
    #expect(abs(loss - (0.8 * (near + far) + 0.1 * 2 * (near + far))) < 1e-6)
    // The targets are 0.1 and 0.9.
    let expected: [Float] = [0.075, -0.075, 0.325, -0.325]
    #expect(zip(gradient.values(), expected).allSatisfy { abs($0 - $1) < 1e-7 })
  }

  /// With a share of ¼ of the own label and ¾ of the partner's, the targets are (¼, ¾) and (¾, ¼).
  @Test func mixedLabelsAgreeWithHandComputation() {
    let gradient = Buffer(count: 4)
    let (loss, correct) = CrossEntropy.evaluate(
      Self.logits, labels: [0, 1], partners: PartnerLabels([1, 0], share: 0.25), classes: 2,
      gradient: gradient)
    #expect(abs(loss - 2 * (0.25 * log(4.0) + 0.75 * log(4.0 / 3))) < 1e-6)
    // The largest logit of each image is at its partner's label.
    #expect(correct == 1.5)
    #expect(gradient.values().allSatisfy { abs($0) < 1e-7 })
    let (same, all) = CrossEntropy.evaluate(
      Self.logits, labels: [1, 0], partners: PartnerLabels([1, 0], share: 0.25), classes: 2)
    #expect(abs(same - 2 * log(4.0 / 3)) < 1e-6 && all == 2)
  }

  struct Fixture: Decodable {
    struct Case: Decodable {
      let share, loss: Double
      let smoothing: Float
      let gradient: [Float]
    }
    let logits: [Float]
    let labels, partners: [UInt16]
    let cases: [Case]
  }

  @Test func mixedLabelsAgreeWithPyTorch() throws {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/mixed_labels", withExtension: "json"))
    let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
    #expect(fixture.cases.count == 6)
    for c in fixture.cases {
      let gradient = Buffer(count: fixture.logits.count)
      let (loss, _) = CrossEntropy.evaluate(
        Buffer(fixture.logits), labels: fixture.labels[...],
        partners: PartnerLabels(fixture.partners, share: c.share), classes: 5,
        smoothing: c.smoothing, gradient: gradient)
      #expect(abs(loss / 4 - c.loss) < 1e-6)
      #expect(zip(gradient.values(), c.gradient).allSatisfy { abs($0 - $1) < 1e-7 })
    }
  }

  @Test(arguments: [0, 0.1] as [Float], [nil, 0.3] as [Double?])
  func gradientIsTheDerivativeOfTheMeanLoss(smoothing: Float, share: Double?) {
    let partners = share.map { PartnerLabels([1, 0, 4], share: $0) }
    let (images, classes) = (3, 5)
    var stream = RandomStream(seed: 3, .probes)
    let logits = stream.normals(images * classes)
    let labels: ArraySlice<UInt16> = [4, 0, 2]
    func mean(_ logits: [Float]) -> Double {
      CrossEntropy.evaluate(
        Buffer(logits), labels: labels, partners: partners, classes: classes, smoothing: smoothing
      ).loss / Double(images)
    }
    let gradient = Buffer(count: images * classes)
    _ = CrossEntropy.evaluate(
      Buffer(logits), labels: labels, partners: partners, classes: classes, smoothing: smoothing,
      gradient: gradient)
    for i in logits.indices {
      var (above, below) = (logits, logits)
      above[i] += 1 / 256
      below[i] -= 1 / 256
      let slope = (mean(above) - mean(below)) / Double(above[i] - below[i])
      #expect(abs(slope - Double(gradient[i])) < 1e-5)
    }
  }

  @Test func largeLogitsDoNotOverflow() {
    let (loss, correct) = CrossEntropy.evaluate(
      Buffer([30_000, 0, 30_000, 0]), labels: [0, 1], classes: 2)
    #expect(loss == 30_000)
    #expect(correct == 1)
  }

  @Test(arguments: [.nan, .infinity, -.infinity] as [Float])
  func logitsThatAreNotNumbersMakeTheLossNaN(_ value: Float) {
    let gradient = Buffer(count: 4)
    let logits = Buffer([value, value, 0, 1])
    let (loss, correct) = CrossEntropy.evaluate(
      logits, labels: [0, 1], classes: 2, gradient: gradient)
    #expect(loss.isNaN)
    #expect(correct == 1)
    #expect(gradient.values(2).allSatisfy { $0.isNaN })
    #expect(CrossEntropy.answers(logits, images: 2, classes: 2) == [nil, 1])
  }

  @Test func answersAreTheFirstOfTheLargest() {
    let logits = Buffer([1, 5, 5, -2, -3, -2])
    #expect(CrossEntropy.answers(logits, images: 2, classes: 3) == [1, 0])
  }

  @Test func probabilitiesOfOneRow() {
    let probabilities = CrossEntropy.probabilities(Self.logits, image: 1, classes: 2)
    #expect(zip(probabilities, [0.75, 0.25]).allSatisfy { abs($0 - $1) < 1e-7 })
  }
}
