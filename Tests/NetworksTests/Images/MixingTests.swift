// Mixup and CutMix compared with torchvision's, and the distribution of their draws.

import Foundation
import Networks
import Tensors
import Testing

struct MixingTests {
  struct Fixture: Decodable {
    struct Case: Decodable {
      let kind: String
      let share: Double
      let row, column: Int
      let pixels, target: [Float]

      func mixture(side: Int) -> BatchMixture {
        kind == "mixup"
          ? BatchMixture(share: share)
          : BatchMixture(share: share, row: row, column: column, side: side)
      }
    }
    let side, classes: Int
    let images: [Float]
    let labels: [UInt16]
    let cases: [Case]
  }

  static func fixture() throws -> Fixture {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/mixing", withExtension: "json"))
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
  }

  /// The targets, computed from the gradient of the loss at logits of zero, where all probabilities are equal.
  func targets(_ mixture: BatchMixture, _ labels: [UInt16], classes: Int) -> [Float] {
    let gradient = Buffer(count: labels.count * classes)
    _ = CrossEntropy.evaluate(
      Buffer(count: labels.count * classes), labels: labels[...],
      partners: mixture.partners(of: labels), classes: classes, gradient: gradient)
    return gradient.values().map { 1 / Float(classes) - $0 * Float(labels.count) }
  }

  @Test(arguments: [1, 2]) func pixelsAndTargetsAgreeWithTorchvision(threads: Int) throws {
    let fixture = try Self.fixture()
    #expect(fixture.cases.count == 10)
    for c in fixture.cases {
      let mixture = c.mixture(side: fixture.side)
      let input = Buffer(fixture.images)
      mixture.mix(
        input, images: fixture.labels.count, side: fixture.side,
        pool: WorkerPool(threads: threads))
      #expect(zip(input.values(), c.pixels).allSatisfy { abs($0 - $1) < 1e-6 })
      let targets = targets(mixture, fixture.labels, classes: fixture.classes)
      #expect(zip(targets, c.target).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }

  /// The last batch of an epoch may consist of one image.
  @Test func singleImageIsUnchanged() throws {
    let fixture = try Self.fixture()
    let input = Buffer(fixture.images)
    for c in fixture.cases {
      let mixture = c.mixture(side: fixture.side)
      mixture.mix(input, images: 1, side: fixture.side, pool: WorkerPool(threads: 1))
      #expect(input.values() == fixture.images)
      #expect(targets(mixture, [3], classes: 5) == targets(.init(share: 1), [3], classes: 5))
    }
  }

  @Test func drawsDependOnSeedAndStep() {
    let both = Mixing(mixup: 0.8, cutmix: 1)
    #expect(Mixing().draw(seed: 1, step: 0, side: 8) == nil && Mixing().isEmpty)
    let draws = (0..<20).map { both.draw(seed: 1, step: $0, side: 8) }
    #expect(draws == (0..<20).map { both.draw(seed: 1, step: $0, side: 8) })
    #expect(draws != (0..<20).map { both.draw(seed: 2, step: $0, side: 8) })
    #expect(Set(draws.compactMap { $0?.share }).count > 10)
  }

  /// There are 4,000 steps. With both settings each step uses one of the two; with one setting every step uses that one.
  @Test func mixupAndCutMixAreEquallyLikely() {
    let steps = 0..<4_000
    func draws(_ mixing: Mixing) -> [BatchMixture] {
      steps.compactMap { mixing.draw(seed: 3, step: $0, side: 32) }
    }
    #expect(draws(Mixing(mixup: 1)).allSatisfy { $0.box == nil })
    #expect(draws(Mixing(cutmix: 1)).allSatisfy { $0.box != nil })
    let both = draws(Mixing(mixup: 0.2, cutmix: 1))
    #expect(both.count == steps.count)
    // The expected count is 2,000, with a standard deviation of 32.
    let cut = both.filter { $0.box != nil }
    #expect(abs(cut.count - 2_000) < 160)
    // Each uses its own α: the variance of mixup's λ is 1/(4·1.4).
    let mixed = both.filter { $0.box == nil }.map(\.share)
    let variance = mixed.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / Double(mixed.count)
    #expect(abs(variance - 1 / 5.6) < 5 * 0.1 / Double(mixed.count).squareRoot())
    // λ is the share of the pixels outside the box, and boxes reach every part of the image.
    for mixture in cut {
      let area = mixture.box.map { $0.rows.count * $0.columns.count } ?? 0
      #expect(mixture.share == 1 - Double(area) / 1024)
    }
    let boxes = cut.compactMap(\.box)
    for place in [0, 15, 31] {
      #expect(boxes.contains { $0.rows.contains(place) && !$0.columns.contains(place) })
      #expect(boxes.contains { $0.columns.contains(place) && !$0.rows.contains(place) })
    }
  }
}
