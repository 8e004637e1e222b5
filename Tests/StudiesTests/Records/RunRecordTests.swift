// Records and metrics, on small cases computed by hand.

import Foundation
import Studies
import Testing

@Test func theBestEpochIsTheEarliestOfEqualsAndNotNaN() throws {
  #expect(run("nfm", seed: 1, [0.3, 0.6, 0.6, 0.5]).bestEpoch == 1)
  #expect(run("nfm", seed: 1, [.nan, 0.2]).bestEpoch == 1)
  #expect(run("nfm", seed: 1, [.nan]).bestEpoch == nil)
  #expect(run("nfm", seed: 1, []).bestValidationAccuracy == nil)
  let best = run("nfm", seed: 1, [0.3, 0.6, 0.5])
  #expect(best.testAccuracyAtBest == 0.59)
  #expect(best.lastTestAccuracy == 0.49)
}

@Test func epochsToReachAndAreaUnderCurve() throws {
  let curve = run("nfm", seed: 1, [0.2, 0.4, 0.8])
  #expect(curve.epochsToReach(0.4) == 2)
  #expect(curve.epochsToReach(0.41) == 3)
  #expect(curve.epochsToReach(0.9) == nil)
  // The trapezoids over two epochs are 0.3 and 0.6.
  #expect(abs(try #require(curve.areaUnderCurve) - 0.45) < 1e-12)
  #expect(run("nfm", seed: 1, [0.7]).areaUnderCurve == 0.7)
}

@Test func lossGapsByEpochAndAtEqualTrainingLoss() throws {
  var record = run("nfm", seed: 1, [0.1, 0.2, 0.3])
  record.epochs = [
    epoch(0.1, trainLoss: 2.2, evaluated: 2, validationLoss: 2),
    epoch(0.2, trainLoss: 1.5, evaluated: 1, validationLoss: 1.4),
    epoch(0.3, trainLoss: 0.8, evaluated: nil, validationLoss: 1.3),
  ]
  #expect(zip(record.epochs.map(\.lossGap), [-0.2, -0.1, 0.5]).allSatisfy { abs($0 - $1) < 1e-12 })
  let evaluated = record.epochs.map(\.lossGapEvaluated)
  #expect(evaluated[0] == 0 && evaluated[2] == nil)
  // Half way between epochs 1 and 2, validation is 1.7 and training 1.5.
  #expect(abs(try #require(record.lossGap(atTrainingLoss: 1.5)) - 0.2) < 1e-12)
  #expect(record.lossGap(atTrainingLoss: 0.9) == nil)
  #expect(record.lossGap(atTrainingLoss: 2.1) == nil)
  #expect(commonTrainingLoss([record]) == 1)
}

@Test func divergenceIsFoundInTheLosses() {
  #expect(run("nfm", seed: 1, [0.3, 0.4], diverges: true).divergedAt == 3)
  #expect(!run("nfm", seed: 1, [0.3]).diverged)
  #expect(run("zero", seed: 1, [0.1, 0.105]).isAtChance)
  #expect(!run("nfm", seed: 1, [0.1, 0.2]).isAtChance)
}

@Test func chanceIsTheShareOfTheLargestClass() {
  // 89 % of the test images are of one class, and a constant network recognises all of these.
  var constant = run("zero", seed: 1, [0.9, 0.89])
  constant.epochs[0].testAccuracy = 0.889
  (constant.classes, constant.testChance) = (3, 0.889)
  #expect(constant.isAtChance && constant.chance == 0.889)
  var learned = constant
  learned.epochs[0].testAccuracy = 0.9
  #expect(!learned.isAtChance)
  // Two classes, from a file that states only their number.
  var coin = run("zero", seed: 1, [0.6])
  coin.classes = 2
  coin.epochs[0].testAccuracy = 0.52
  #expect(coin.isAtChance)
  coin.epochs[0].testAccuracy = 0.53
  #expect(!coin.isAtChance)
  // If nothing was tested, the largest class of the validation images counts.
  coin.epochs[0].testAccuracy = nil
  (coin.testChance, coin.validationChance) = (0.5, 0.6)
  #expect(coin.isAtChance)
  coin.validationChance = 0.57
  #expect(!coin.isAtChance)
  // With a hundred classes, the limit is again one and a half times chance.
  var hundred = run("nfm", seed: 1, [0.5])
  hundred.classes = 100
  hundred.epochs[0].testAccuracy = 0.0149
  #expect(hundred.isAtChance)
  hundred.epochs[0].testAccuracy = 0.0151
  #expect(!hundred.isAtChance)
}

@Test func studiesAreOrderedAndRefuseContradictions() throws {
  let runs = [
    run("zero", seed: 1, [0.1]), run("kaiming-nfm", seed: 2, source: 1, [0.5]),
    run("kaiming-nfm", seed: 1, source: 1, [0.6]), run("normal", seed: 1, [0.4]),
    run("lsuv", seed: 1, on: "aerial", [0.4]),
  ]
  let study = try Study(runs.reversed())
  #expect(study.methods == ["normal", "kaiming-nfm", "lsuv", "zero"])
  #expect(study.datasets == ["cifar10", "aerial"])
  #expect(study.runs(of: "kaiming-nfm", on: "cifar10").map(\.seed) == [1, 2])
  #expect(study.methods(on: "aerial") == ["lsuv"])
  let twice = try Study(runs + runs)
  #expect(twice.runs.count == runs.count)
  #expect(throws: StudyError.self) { try Study(runs + [run("normal", seed: 1, [0.41])]) }
}

@Test func contradictionsReportTheAttributeThatDiffers() {
  let runs = [(1, 0.4), (2, 0.5)].map { initial, height in
    var record = run("normal", seed: 1, [height])
    record.options = [RunOption("batch", "64"), RunOption("init_seed", "\(initial)")]
    return record
  }
  #expect {
    try Study(runs)
  } throws: {
    "\($0)".hasPrefix(
      "two different runs of normal on cifar10 with seed 1 (init_seed is 2, there 1): ")
  }
}

@Test func studiesWarnOfUnequalConditions() throws {
  var narrow = run("normal", seed: 1, [0.4])
  narrow.architecture = "vgg11 width 0.25"
  let study = try Study([narrow, run("nfm", seed: 1, [0.4, 0.5])])
  let warnings = study.warnings(on: "cifar10")
  #expect(warnings.count == 1)
  #expect(warnings[0].contains("1, 2"))
  let section = ResultTable(study, baseline: "normal").sections[0]
  #expect(section.varyingOptions == ["architecture"])
  #expect(
    section.incomparable == [
      "nfm is not compared with normal: architecture is vgg11, there vgg11 width 0.25."
    ])
}

@Test func faultsOfOneSourceAreReportedOnceWithTheLargestNumber() throws {
  func faulty(_ seed: Int, _ warnings: [String]) -> RunRecord {
    var record = run("nfm", seed: seed, [0.5])
    record.sourceSeed = 11
    record.sourceWarnings = warnings
    return record
  }
  let dead = "no gradient arrives at"
  let study = try Study([
    faulty(1, ["features.3: \(dead) 4 of 32 filters", "the last layer is zero"]),
    faulty(2, ["features.3: \(dead) 12 of 32 filters"]),
    faulty(3, ["features.6: \(dead) 7 of 64 filters"]),
  ])
  #expect(
    study.warnings(on: study.datasets[0]) == [
      "Source 11: features.3: no gradient arrives at 12 of 32 filters.",
      "Source 11: features.6: no gradient arrives at 7 of 64 filters.",
      "Source 11: the last layer is zero.",
    ])
}
