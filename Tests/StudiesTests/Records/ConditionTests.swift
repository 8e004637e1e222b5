// Tables compare only equal conditions: runs are averaged and paired only if their options agree.

import Foundation
import Studies
import Testing

/// A run of ten classes with these options, whose last validation accuracy is the best.
private func trial(
  _ method: String, seed: Int, _ best: Double, _ options: [String: String] = [:],
  images: String? = nil
) -> RunRecord {
  var record = run(method, seed: seed, [0.2, best])
  record.options = options.sorted { $0.key < $1.key }.map { RunOption($0.key, $0.value) }
  record.dataDigest = images
  return record
}

private func section(_ runs: [RunRecord]) throws -> ResultTable.Section {
  try #require(ResultTable(Study(runs)).sections.first)
}

@Test func runsOfOneMethodWithOtherOptionsAreSeparateRows() throws {
  let runs = [
    trial("kaiming-normal", seed: 1, 0.6, ["learning_rate": "0.05", "batch": "4"]),
    trial("kaiming-normal", seed: 2, 0.4, ["learning_rate": "0.0001", "batch": "4"]),
    trial("kaiming-normal", seed: 3, 0.5, ["learning_rate": "0.05", "batch": "4", "subset": "20"]),
    trial("nfm", seed: 1, 0.7, ["learning_rate": "0.05", "batch": "4"]),
    trial("nfm", seed: 3, 0.9, ["learning_rate": "0.05", "batch": "4", "subset": "20"]),
  ]
  let section = try section(runs)
  #expect(section.varyingOptions == ["learning_rate", "subset"])
  #expect(
    section.rows.map(\.method) == [
      "kaiming-normal learning_rate=0.0001 subset=unset",
      "kaiming-normal learning_rate=0.05 subset=20",
      "kaiming-normal learning_rate=0.05 subset=unset",
      "nfm subset=20", "nfm subset=unset",
    ])
  #expect(section.rows.map(\.runs) == [1, 1, 1, 1, 1])
  #expect(section.rows.map(\.isBaseline) == [true, true, true, false, false])
  // Each is compared with the baseline's run with the same options: 0.9 − 0.5 and 0.7 − 0.6.
  let differences = section.rows.map { $0.comparison?.difference ?? .nan }
  #expect(abs(differences[3] - 0.4) < 1e-12 && abs(differences[4] - 0.1) < 1e-12)
  let table = ResultTable(try Study(runs))
  #expect(table.markdown.contains("| method | learning rate | subset | test accuracy"))
  #expect(table.markdown.contains("| kaiming-normal | 0.0001 | unset | 39.00 |"))
  let lines = table.csv.split(separator: "\n")
  #expect(lines[0].hasPrefix("dataset,method,learning_rate,subset,runs,"))
  #expect(lines[4].hasPrefix("cifar10,nfm,0.05,20,1,"))
}

@Test func methodsTrainedWithOtherOptionsAreNotCompared() throws {
  let runs = (1...3).flatMap { seed in
    [
      trial("kaiming-normal", seed: seed, 0.5, ["label_smoothing": "0.0", "init_fc": "torch"]),
      trial("nfm", seed: seed, 0.9, ["label_smoothing": "0.3", "features_kind": "nfm"]),
      trial("agop", seed: seed, 0.6, ["label_smoothing": "0.0", "features_kind": "agop"]),
    ]
  }
  let section = try section(runs)
  #expect(section.varyingOptions == ["label_smoothing"])
  let compared = section.rows.filter { $0.comparison != nil }
  // Options of initialisers may differ, since initialisers are what is compared.
  #expect(compared.map(\.method) == ["agop"] && compared.first?.comparison?.family == 1)
  let sentence = "nfm is not compared with kaiming-normal: label_smoothing is 0.3, there 0.0."
  #expect(section.incomparable == [sentence])
  let table = ResultTable(try Study(runs))
  #expect(table.markdown.contains("- \(sentence)\n"))
  #expect(
    table.headlines == [
      "On cifar10, nfm reaches the highest test accuracy, 89.00 % (3 runs); it is not compared with "
        + "kaiming-normal, for the reason in the notes."
    ])
  let lower = ResultTable(try Study(runs.filter { $0.method != "agop" }), baseline: "nfm")
  #expect(
    lower.headlines.first?.contains("; it is compared with no other method") == true)
}

@Test func interruptedRunsAreNotAveragedWithCompleteOnes() throws {
  // All runs have two epochs; one is a checkpoint of three requested epochs, and one diverged early.
  var diverged = trial("nfm", seed: 3, 0.5, ["epochs_asked": "3"])
  diverged.divergedAt = 2
  let section = try section([
    trial("kaiming-normal", seed: 1, 0.5, ["epochs_asked": "2"]),
    trial("nfm", seed: 1, 0.5, ["epochs_asked": "2", "asked": "this", "digest": "1"]),
    trial("nfm", seed: 2, 0.5, ["epochs_asked": "2", "asked": "that", "digest": "2"]),
    trial("agop", seed: 1, 0.5, ["epochs_asked": "3"]), diverged,
  ])
  #expect(section.varyingOptions == ["epochs_asked", "epochs_done"])
  #expect(section.rows.map(\.runs) == [1, 1, 2, 1])
  #expect(
    section.incomparable.first
      == "agop is not compared with kaiming-normal: epochs_asked is 3, there 2; epochs_done is 2, "
      + "there unset.")
}

@Test func rowsWithoutCommonSeedsAreReported() throws {
  let section = try section([trial("kaiming-normal", seed: 1, 0.5), trial("nfm", seed: 2, 0.6)])
  #expect(section.rows.allSatisfy { $0.comparison == nil })
  #expect(
    section.incomparable == [
      "nfm is not compared with kaiming-normal: no two of their runs have the same seed."
    ])
}

@Test func studiedOptionsMayDiffer() throws {
  let runs = ["0.01", "0.1"].flatMap { rate in
    [1, 2].map { seed in
      trial("nfm", seed: seed, rate == "0.1" ? 0.7 : 0.5, ["learning_rate": rate, "batch": "64"])
    }
  }
  let named = runs.map { $0.distinguished(by: ["learning_rate"]) }
  let baseline = "nfm learning_rate=0.01"
  let apart = ResultTable(try Study(named), baseline: baseline).sections[0]
  #expect(
    apart.incomparable == [
      "nfm learning_rate=0.1 is not compared with nfm learning_rate=0.01: "
        + "learning_rate is 0.1, there 0.01."
    ])
  let study = try Study(named, comparing: ["learning_rate"])
  let studied = ResultTable(study, baseline: baseline).sections[0]
  #expect(studied.incomparable.isEmpty)
  #expect(abs(try #require(studied.rows[1].comparison?.difference) - 0.2) < 1e-12)
}

@Test func tuningSeparatesOtherOptions() throws {
  func runs(_ method: String, _ batch: String, _ heights: [String: Double]) -> [RunRecord] {
    heights.map { rate, height in
      trial(method, seed: 1, height, ["learning_rate": rate, "batch": batch])
    }
  }
  let all =
    runs("kaiming-normal", "64", ["0.01": 0.5, "0.1": 0.4])
    + runs("nfm", "64", ["0.01": 0.5, "0.1": 0.6]) + runs("nfm", "8", ["0.01": 0.8, "0.1": 0.7])
  let (kept, settings) = tuned(all, by: "learning_rate")
  #expect(settings.map(\.method) == ["kaiming-normal", "nfm batch=64", "nfm batch=8"])
  #expect(settings.map(\.value) == ["0.01", "0.1", "0.01"])
  // Tuning compares each method at its own rate, but not with another batch.
  let table = ResultTable(try Study(kept, comparing: ["learning_rate"])).sections[0]
  #expect(table.rows.map { $0.comparison != nil } == [false, false, true])
  #expect(
    table.incomparable == [
      "nfm batch=8 is not compared with kaiming-normal: batch is 8, there 64."
    ])
}

@Test func declaredVariantsMayDifferFromTheirMethod() throws {
  let runs = (1...2).flatMap { seed in
    let plain = trial("kaiming-normal", seed: seed, 0.5, ["convolution": "winograd"])
    let direct = trial(
      "kaiming-normal", seed: seed, 0.6, ["convolution": "direct", "variant": "direct"])
    return [plain, direct].map(\.namedAfterVariant)
  }
  let section = try section(runs)
  #expect(section.rows.map(\.method) == ["kaiming-normal", "kaiming-normal direct"])
  #expect(abs(try #require(section.rows[1].comparison?.difference) - 0.1) < 1e-12)
  #expect(section.varyingOptions == ["convolution"])
}

@Test func optionsOfInitialisersSeparateRowsToo() throws {
  let runs = ["0.0", "0.5"].flatMap { shrink in
    [
      trial("kaiming-normal", seed: 1, 0.5, ["init_shrink": shrink]),
      trial(
        "nfm", seed: 1, shrink == "0.5" ? 0.7 : 0.6, ["init_shrink": shrink, "init_scale": "trace"]),
      trial("agop", seed: 1, shrink == "0.5" ? 0.8 : 0.9, ["init_scale": "trace"]),
    ]
  }
  #expect(throws: StudyError.self) { try Study(runs) }
  let section = try section(runs.dropLast())
  #expect(section.varyingOptions == ["init_shrink"])
  let nfm = section.rows.filter { $0.name == "nfm" }
  #expect(nfm.map { ($0.comparison?.difference ?? 0) * 10 }.map { $0.rounded() } == [1, 2])
  // A method without the option could be compared with either.
  #expect(
    section.incomparable == [
      "agop is not compared with kaiming-normal: there are 2 rows of kaiming-normal that it could be "
        + "compared with."
    ])
}

@Test func setsOfOneNameWithOtherImagesAreSeparateSections() throws {
  let (one, other) = (
    "3f2a" + String(repeating: "0", count: 60), "3f2b" + String(repeating: "0", count: 60)
  )
  func sized(_ method: String, _ images: String, _ classes: Int, _ counts: [Int]) -> RunRecord {
    var record = trial(
      method, seed: 1, 0.5,
      ["train_images": "\(counts[0])", "validation_images": "\(counts[1])"], images: images)
    (record.dataset, record.classes) = ("photos", classes)
    return record
  }
  let runs = [
    sized("kaiming-normal", one, 2, [32, 8]), sized("nfm", other, 3, [24, 6]),
    sized("agop", one, 2, [32, 8]),
  ]
  let table = ResultTable(try Study(runs))
  #expect(
    table.sections.map(\.dataset) == [
      "photos (3f2a…, 2 classes, 40 training images)",
      "photos (3f2b…, 3 classes, 30 training images)",
    ])
  #expect(table.sections.map { $0.rows.map(\.method) } == [["kaiming-normal", "agop"], ["nfm"]])
  #expect(table.sections[1].rows[0].comparison == nil)
  // A single set keeps its name, also with a log that does not state its images.
  var log = runs[0]
  (log.dataDigest, log.method) = (nil, "normal")
  #expect(try Study([runs[0], runs[2], log]).datasets == ["photos"])
  // Digests with the same beginning are shown with more digits.
  let near = "3f2a1" + String(repeating: "0", count: 59)
  let both = try Study([runs[0], sized("nfm", near, 2, [32, 8])])
  #expect(both.datasets.map { String($0.prefix(14)) } == ["photos (3f2a0…", "photos (3f2a1…"])
}

@Test func equalGainsOfThreePairsAreUndecided() throws {
  // Differences are 0.02 except for the last bits; the t test would give p = 3.5e-32 or none at all.
  for baselines in [[0.5, 0.7, 0.9], [0.5, 0.5, 0.5], [0.31, 0.351, 0.7]] {
    let runs = zip(1..., baselines).flatMap { seed, height in
      [trial("kaiming-normal", seed: seed, height), trial("nfm", seed: seed, height + 0.02)]
    }
    let comparison = try #require(try section(runs).rows[1].comparison)
    #expect(comparison.verdict == .undecided && comparison.pairsToDecide == 6)
    #expect(comparison.test == .signFlip && comparison.adjustedP == 0.25)
    let notes = ResultTable(try Study(runs)).markdown
    #expect(notes.contains("by the sign-flip test; their differences are equal"))
  }
  let six = (1...6).flatMap { seed in
    [0.0, 0.02].map {
      trial($0 > 0 ? "nfm" : "kaiming-normal", seed: seed, 0.4 + 0.07 * Double(seed) + $0)
    }
  }
  let comparison = try #require(try section(six).rows[1].comparison)
  #expect(comparison.verdict == .better && comparison.adjustedP == 2.0 / 64)
}
