// Studies: runs by data set and method, with the replicates in the order of seeds.

/// An error in a collection of runs.
package enum StudyError: Error, Equatable, CustomStringConvertible {
  /// Two different runs have the same data set, method, options, source seed and seed; `difference`
  /// is an attribute in which they differ nevertheless, such as `init_seed is 1, there 2`.
  case duplicate(
    dataset: String, method: String, sourceSeed: Int?, seed: Int, difference: String? = nil)

  package var description: String {
    switch self {
    case .duplicate(let dataset, let method, let sourceSeed, let seed, let difference):
      let source = sourceSeed.map { ", source seed \($0)" } ?? ""
      return "two different runs of \(method) on \(dataset) with seed \(seed)\(source)"
        + "\(difference.map { " (\($0))" } ?? ""): replicates need seeds of their own; variants are "
        + "told apart by the option that differs"
    }
  }
}

/// A collection of runs, in an order that does not depend on how they were listed.
package struct Study: Sendable {
  /// The runs, ordered by data set, method, source seed and seed.
  package let runs: [RunRecord]
  /// The data sets in the paper's order, followed by others by name.
  package let datasets: [String]
  /// All methods of the study, in the order of tables.
  package let methods: [String]

  /// Options in which runs may differ and still be compared.
  let treatments: Set<String>
  /// The runs of each row, indexed because searching all runs for each row would take quadratic time.
  private let replicates: [RowName: [RunRecord]]

  /// Collects runs. A run that is given twice counts once. Data sets of one name with other images get different
  /// names, and so do runs of one method that differ in an option: see `RunRecord.conditions`.
  /// Methods are in the paper's order, and others follow by name.
  /// - Parameter treatments: options that the study compares, in which runs may therefore differ.
  /// - Throws: `StudyError.duplicate` when two different runs have the same identity.
  package init(_ runs: [RunRecord], comparing treatments: Set<String> = []) throws(StudyError) {
    self.treatments = treatments
    let runs = toldApart(namedApart(runs))
    var kept: [RunRecord] = []
    var known: [Identity: RunRecord] = [:]
    for run in runs {
      let identity = Identity(run)
      if let other = known[identity] {
        guard other.hasSameContent(as: run) else {
          throw .duplicate(
            dataset: run.dataset, method: run.method, sourceSeed: run.sourceSeed, seed: run.seed,
            difference: run.difference(from: other))
        }
      } else {
        known[identity] = run
        kept.append(run)
      }
    }
    let datasets = ordered(Set(kept.map(\.dataset)), first: PaperTable.datasets)
    let settings = Dictionary(
      kept.map { ($0.method, ($0.methodName, $0.settings)) },
      uniquingKeysWith: { first, _ in first })
    let names = ordered(Set(kept.map(\.methodName)), first: PaperTable.methods)
    let rows = Dictionary(grouping: settings) { $0.value.0 }
    let methods = names.flatMap { name in
      (rows[name] ?? []).sorted { precedes($0.value.1, $1.value.1) }.map(\.key)
    }
    let ranks = (
      Dictionary(uniqueKeysWithValues: datasets.enumerated().map { ($1, $0) }),
      Dictionary(uniqueKeysWithValues: methods.enumerated().map { ($1, $0) })
    )
    func rank(_ run: RunRecord) -> [Int] {
      [ranks.0[run.dataset] ?? 0, ranks.1[run.method] ?? 0, run.sourceSeed ?? .min, run.seed]
    }
    self.runs = kept.map { ($0, rank($0)) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }
      .map(\.0)
    replicates = Dictionary(grouping: self.runs) { RowName(dataset: $0.dataset, method: $0.method) }
    self.datasets = datasets
    self.methods = methods
  }

  /// The replicates of a method on a data set, by source seed and seed.
  package func runs(of method: String, on dataset: String) -> [RunRecord] {
    replicates[RowName(dataset: dataset, method: method)] ?? []
  }

  /// The methods that were run on a data set.
  package func methods(on dataset: String) -> [String] {
    methods.filter { replicates[RowName(dataset: dataset, method: $0)] != nil }
  }

  /// A sentence for each difference between the runs of a data set other than method and seed: a comparison
  /// across these is not one of initialisers.
  package func warnings(on dataset: String) -> [String] {
    let runs = runs.filter { $0.dataset == dataset }
    let epochs = Set(runs.lazy.filter { !$0.diverged }.map(\.epochs.count)).sorted()
    let aspects = [
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

  /// The faults, in which those that differ only in a number, as for the networks of later
  /// rounds, are replaced by the one with the largest number; they are ordered by the words before it.
  private func worstOfEach(_ faults: [String]) -> [String] {
    var worst: [String: (count: Int, fault: String)] = [:]
    for fault in Set(faults) {
      let (count, key) = counted(fault)
      guard let found = worst[key], (found.count, found.fault) >= (count, fault) else {
        worst[key] = (count, fault)
        continue
      }
    }
    return worst.sorted { $0.key < $1.key }.map(\.value.fault)
  }

  /// The last count of a sentence, such as 3 in "… 3 of 64 …", and the sentence without it. It is searched word by
  /// word, because files may have long sentences.
  private func counted(_ fault: String) -> (count: Int, rest: String) {
    var words = fault.split(separator: " ", omittingEmptySubsequences: false)
    func isNumber(_ word: Substring) -> Bool {
      !word.isEmpty && word.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    let last = words.indices.dropFirst().dropLast(3).last {
      isNumber(words[$0]) && words[$0 + 1] == "of" && isNumber(words[$0 + 2])
    }
    guard let last else { return (0, fault) }
    let count = Int(words.remove(at: last)) ?? .max
    return (count, words.joined(separator: " "))
  }

  private struct RowName: Hashable {
    let dataset, method: String
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
  /// Whether two records are of the same run. They are compared by digest if both have one, else by value, and then
  /// all losses that are NaN are equal.
  fileprivate func hasSameContent(as other: RunRecord) -> Bool {
    if let digest, let theirs = other.digest { return digest == theirs }
    return "\(self)" == "\(other)"
  }

  /// The first attribute in which two runs with the same identity differ, with both values.
  fileprivate func difference(from other: RunRecord) -> String? {
    func values(_ run: RunRecord) -> [String: String] {
      Dictionary(run.options.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    return differences(values(self), values(other)).first?.words
  }
}

/// Whether settings are ordered before others: by value, with numbers by size.
private func precedes(_ settings: [RunOption], _ others: [RunOption]) -> Bool {
  for (one, other) in zip(settings, others) where one.value != other.value {
    guard let number = Double(one.value), let theirs = Double(other.value), number != theirs else {
      return one.value < other.value
    }
    return number < theirs
  }
  return false
}

/// The names, first those in `first` in that order, then the others sorted.
private func ordered(_ names: Set<String>, first: [String]) -> [String] {
  let ranks = Dictionary(
    first.enumerated().map { (canonical($1), $0) }, uniquingKeysWith: { first, _ in first })
  return names.sorted {
    let left = (ranks[canonical($0)] ?? .max, $0)
    return left < (ranks[canonical($1)] ?? .max, $1)
  }
}
