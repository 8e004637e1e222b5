// Learning rate schedules, compared with values computed by hand and with PyTorch's.

import Foundation
import Networks
import Tensors
import Testing

struct ScheduleTests {
  @Test func constantIsOne() {
    #expect(LearningRateSchedule.constant.factor(step: 7, of: 8, epoch: 3) == 1)
  }

  @Test func cosineFallsAtEveryStep() {
    let factors = (0...4).map { LearningRateSchedule.cosine.factor(step: $0, of: 4, epoch: 0) }
    let expected = [1, (1 + 0.5.squareRoot()) / 2, 0.5, (1 - 0.5.squareRoot()) / 2, 0]
    for (factor, value) in zip(factors, expected) { #expect(abs(factor - value) < 1e-15) }
  }

  @Test func stepScheduleFallsByEpoch() throws {
    let schedule = try #require(LearningRateSchedule("step:2:0.1"))
    let factors = (0..<5).map { schedule.factor(step: 99, of: 100, epoch: $0) }
    #expect(zip(factors, [1, 1, 0.1, 0.1, 0.01]).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  struct Fixture: Decodable {
    let schedule: String
    let warmUp: Int
    let rates: [Double]
  }

  static let fixtures: [Fixture]? = {
    guard let url = Bundle.module.url(forResource: "Fixtures/schedules", withExtension: "json"),
      let data = try? Data(contentsOf: url)
    else { return nil }
    return try? JSONDecoder().decode([Fixture].self, from: data)
  }()

  /// PyTorch computes each rate from the one before, which adds rounding errors.
  @Test func everyStepAgreesWithPyTorch() throws {
    let fixtures = try #require(Self.fixtures)
    #expect(fixtures.count == 10 && fixtures.contains { $0.warmUp == $0.rates.count - 1 })
    for fixture in fixtures {
      let schedule = try #require(LearningRateSchedule(fixture.schedule))
      func error(warmUp: Int) -> Double {
        let steps = fixture.rates.count
        return fixture.rates.enumerated().map { step, rate in
          abs(schedule.factor(step: step, of: steps, epoch: 0, warmUp: warmUp) - rate)
        }.max() ?? .infinity
      }
      #expect(error(warmUp: fixture.warmUp) < 1e-13)
      // A warm-up that is one step longer is detected.
      #expect(error(warmUp: fixture.warmUp + 1) > 1e-4)
    }
  }

  @Test func warmUpAppliesToStepSchedule() throws {
    let schedule = try #require(LearningRateSchedule("step:1:0.5"))
    // With two steps per epoch, a warm-up of three steps ends within the second epoch.
    let factors = (0..<6).map { schedule.factor(step: $0, of: 6, epoch: $0 / 2, warmUp: 3) }
    #expect(factors == [0.25, 0.5, 0.375, 0.5, 0.25, 0.25])
  }

  @Test(arguments: [
    (0, 0), (0.5, 5), (1, 10), (0.44, 4), (0.46, 5), (0.001, 1), (2.5, 25),
  ])
  func warmUpIsRoundedToWholeSteps(warmUp: Double, steps: Int) {
    let options = TrainingOptions(
      epochs: 3, rule: SGD(learningRate: 0.1), warmUp: warmUp, seed: 1)
    #expect(options.warmUpSteps(stepsPerEpoch: 10) == steps)
  }

  @Test(arguments: ["constant", "cosine", "step:2:0.1"])
  func textsRoundTrip(text: String) {
    #expect(LearningRateSchedule(text)?.text == text)
  }

  @Test(arguments: [
    "", "Cosine", "cosine:2", "step", "step:2", "step:0:0.1", "step:1:-1", "step:1:nan",
  ])
  func invalidTextsAreRefused(text: String) { #expect(LearningRateSchedule(text) == nil) }
}
