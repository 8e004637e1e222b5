// A run that was read from a file: its record for the study, and the history of its file.

import Foundation
import HDF5
import Schemas
import Studies
import Tooling

struct FoundRun {
  private(set) var record: RunRecord
  /// Whether this is a log of the paper's code.
  let isLog: Bool
  let history: [String]
  /// nil for a run from a pipe.
  let path: String?

  /// Reads a run file, or a JSON log of the paper's own code (`.json`).
  init(_ path: String) throws {
    let input = try Input(path: path)
    self.path = path == "-" ? nil : path
    isLog = path.hasSuffix(".json")
    guard !isLog else {
      record = try reporting(.data) {
        try AuthorsLog.read(Data(input.bytes(atMost: AuthorsLog.largest)), file: input.name)
      }
      history = []
      return
    }
    let run = try RunSummary(input.openHDF5())
    record = RunRecord(run, digest: try input.sha256())
    history = run.history.entries
  }

  /// Reads runs and logs; logs that repeat a seed are numbered on, which is noted. Notes are for after all
  /// that can refuse: a refusal is one line.
  static func read(_ paths: [String]) throws -> (runs: [FoundRun], notes: [String]) {
    let read = try paths.map(FoundRun.init)
    let found = numbered(read)
    let isNumbered = zip(read, found).contains { $0.record.seed != $1.record.seed }
    let note = "logs that repeat a seed are numbered on: repetitions, not independent replicates"
    return (found, isNumbered ? [note] : [])
  }

  /// Numbers logs that would be taken for one run: the paper's code repeats seed 42 and does not log
  /// it. The second becomes seed 43, and so on, in the order given.
  private static func numbered(_ runs: [FoundRun]) -> [FoundRun] {
    func identity(_ run: FoundRun) -> [String] {
      [run.name] + run.record.conditions.map { "\($0.key) \($0.value)" }.sorted()
    }
    var names = Set(runs.filter { !$0.isLog }.map(identity))
    return runs.map { run in
      var run = run
      while run.isLog, !names.insert(identity(run)).inserted { run.record.seed &+= 1 }
      return run
    }
  }

  /// DATASET/METHOD-SEED+VARIANT or DATASET/METHOD-SOURCE.SEED+VARIANT, as the pipelines name their
  /// files.
  var name: String {
    let source = record.sourceSeed.map { "\($0)." } ?? ""
    let variant = record.option("variant").map { "+\($0)" } ?? ""
    return "\(record.dataset)/\(record.method)-\(source)\(record.seed)\(variant)"
  }
}

extension RunRecord {
  /// The record of a run file for the study.
  fileprivate init(_ run: RunSummary, digest: String) {
    self.init(
      dataset: run.dataset, method: run.labels.method ?? "unknown",
      sourceSeed: run.labels[.sourceSeed]?.integer,
      seed: Int(truncatingIfNeeded: run.seed), architecture: run.architecture.name,
      convention: run.labels[.initConvention]?.string ?? "unknown",
      classes: run[.classes]?.integer,
      dataDigest: run.history.lastInputs(of: "train").first { $0.role == "images" }?.sha256,
      testChance: run[.testChance]?.double,
      validationChance: run[.validationChance]?.double,
      options: run.options.map { RunOption($0.name, $0.value.text) },
      epochs: run.epochs, divergedAt: run.divergedAt, probe: run.probe?.layers ?? [],
      sourceWarnings: run.labels.sourceWarnings, digest: digest)
    blocks = run.probe?.blocks ?? []
    answers = run.test.map {
      ClassAnswers(classes: run.classNames, labels: $0.labels, predictions: $0.predictions)
    }
  }
}

extension AttributeValue {
  /// As options are written.
  fileprivate var text: String {
    switch self {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .double(let number): "\(number)"
    case .strings(let texts): texts.listed
    case .integers(let numbers): numbers.listed
    case .doubles(let numbers): numbers.listed
    }
  }
}
