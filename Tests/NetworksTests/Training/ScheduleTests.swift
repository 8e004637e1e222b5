/// Learning rates by hand.

import Networks
import Testing

struct ScheduleTests {
  @Test func constantIsOne() {
    #expect(LearningRateSchedule.constant.factor(step: 7, of: 8, epoch: 3) == 1)
  }

  @Test func cosineFallsFromOneByTheStep() {
    let factors = (0...4).map { LearningRateSchedule.cosine.factor(step: $0, of: 4, epoch: 0) }
    let expected = [1, (1 + 0.5.squareRoot()) / 2, 0.5, (1 - 0.5.squareRoot()) / 2, 0]
    for (factor, value) in zip(factors, expected) { #expect(abs(factor - value) < 1e-15) }
  }

  @Test func stepFallsByTheEpoch() throws {
    let schedule = try #require(LearningRateSchedule("step:2:0.1"))
    let factors = (0..<5).map { schedule.factor(step: 99, of: 100, epoch: $0) }
    #expect(zip(factors, [1, 1, 0.1, 0.1, 0.01]).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test(arguments: ["constant", "cosine", "step:2:0.1"])
  func textIsWhatWasParsed(text: String) {
    #expect(LearningRateSchedule(text)?.text == text)
  }

  @Test(arguments: [
    "", "Cosine", "cosine:2", "step", "step:2", "step:0:0.1", "step:1:-1", "step:1:nan",
  ])
  func othersAreRefused(text: String) { #expect(LearningRateSchedule(text) == nil) }
}
