/// Runs as an experiment: data sets × methods, each with its replicates in seed order.

/// What is wrong with a collection of runs.
public enum StudyError: Error, Equatable, CustomStringConvertible {
  /// Two different runs claim the same data set, method, source seed and seed.
  case duplicate(dataset: String, method: String, sourceSeed: Int?, seed: Int)

  public var description: String {
    switch self {
    case .duplicate(let dataset, let method, let sourceSeed, let seed):
      let source = sourceSeed.map { ", source seed \($0)" } ?? ""
      return "two different runs of \(method) on \(dataset) with seed \(seed)\(source): "
        + "replicates need seeds of their own; variants are told apart by the option that differs"
    }
  }
}

/// A collection of runs, in an order that does not depend on how they were listed.
public struct Study: Sendable {
  /// By data set, method, source seed and seed.
  public let runs: [RunRecord]
  /// In the paper's order, others after them by name.
  public let datasets: [String]
  /// Every method of the study, in the order of tables.
  public let methods: [String]

  /// Collects runs. The same run given twice counts once; methods are in the paper's order, others
  /// follow by name.
  /// - Throws: `StudyError.duplicate` when two different runs have the same identity.
  public init(_ runs: [RunRecord]) throws(StudyError) {
    var kept: [RunRecord] = []
    var known: [Identity: RunRecord] = [:]
    for run in runs {
      let identity = Identity(run)
      if let other = known[identity] {
        guard other.hasSameContent(as: run) else {
          throw .duplicate(
            dataset: run.dataset, method: run.method, sourceSeed: run.sourceSeed, seed: run.seed)
        }
      } else {
        known[identity] = run
        kept.append(run)
      }
    }
    let datasets = ordered(Set(kept.map(\.dataset)), first: PaperTable.datasets)
    let methods = ordered(Set(kept.map(\.method)), first: PaperTable.methods)
    let ranks = (
      Dictionary(uniqueKeysWithValues: datasets.enumerated().map { ($1, $0) }),
      Dictionary(uniqueKeysWithValues: methods.enumerated().map { ($1, $0) })
    )
    func rank(_ run: RunRecord) -> [Int] {
      [ranks.0[run.dataset] ?? 0, ranks.1[run.method] ?? 0, run.sourceSeed ?? .min, run.seed]
    }
    self.runs = kept.sorted { rank($0).lexicographicallyPrecedes(rank($1)) }
    self.datasets = datasets
    self.methods = methods
  }

  /// The replicates of a method on a data set, by source seed and seed.
  public func runs(of method: String, on dataset: String) -> [RunRecord] {
    runs.filter { $0.dataset == dataset && $0.method == method }
  }

  /// The methods that were run on a data set.
  public func methods(on dataset: String) -> [String] {
    let present = Set(runs.lazy.filter { $0.dataset == dataset }.map(\.method))
    return methods.filter(present.contains)
  }

  /// What makes the runs of one data set unlike each other besides method and seed, a sentence
  /// each: a comparison across these is not one of initialisers.
  public func warnings(on dataset: String) -> [String] {
    let runs = runs.filter { $0.dataset == dataset }
    let epochs = Set(runs.lazy.filter { !$0.diverged }.map(\.epochs.count)).sorted()
    let aspects = [
      ("architectures", Set(runs.map(\.architecture)).sorted()),
      ("conventions", Set(runs.map(\.convention)).sorted()),
      ("numbers of epochs", epochs.map(String.init)),
    ]
    let unlike = aspects.filter { $0.1.count > 1 }.map { name, values in
      "The runs on \(dataset) have different \(name): \(values.joined(separator: ", "))."
    }
    let faults = runs.flatMap { run in
      run.sourceWarnings.map { "Source \(run.sourceSeed.map { "\($0)" } ?? "network"): \($0)." }
    }
    return unlike + worstOfEach(faults)
  }

  /// Faults that differ only in how many of something they befall, as those of the networks of later
  /// rounds, become one with the largest number, in order of the words before it.
  private func worstOfEach(_ faults: [String]) -> [String] {
    var worst: [String: (count: Int, fault: String)] = [:]
    for fault in Set(faults) {
      let match = fault.firstMatch(of: /(.* )(\d+)( of \d+ .*)/)
      let key = match.map { "\($0.1)\($0.3)" } ?? fault
      let count = match.flatMap { Int($0.2) } ?? 0
      guard let found = worst[key], found.count >= count else {
        worst[key] = (count, fault)
        continue
      }
    }
    return worst.sorted { $0.key < $1.key }.map(\.value.fault)
  }

  private struct Identity: Hashable {
    let dataset, method: String
    let sourceSeed: Int?
    let seed: Int

    init(_ run: RunRecord) {
      (dataset, method, sourceSeed, seed) = (run.dataset, run.method, run.sourceSeed, run.seed)
    }
  }
}

extension RunRecord {
  /// Whether two records are of the same run: by digest when both have one, else by value, where a
  /// loss that is not a number equals another.
  fileprivate func hasSameContent(as other: RunRecord) -> Bool {
    if let digest, let theirs = other.digest { return digest == theirs }
    return "\(self)" == "\(other)"
  }
}

/// `names` with those matching `first` in that order, the rest sorted.
private func ordered(_ names: Set<String>, first: [String]) -> [String] {
  let ranks = Dictionary(
    first.enumerated().map { (canonical($1), $0) }, uniquingKeysWith: { first, _ in first })
  return names.sorted {
    let left = (ranks[canonical($0)] ?? .max, $0)
    return left < (ranks[canonical($1)] ?? .max, $1)
  }
}
