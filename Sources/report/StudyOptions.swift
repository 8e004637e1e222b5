// `--by` and `--tune`: which runs of a method are replicates of each other.

import ArgumentParser
import Schemas
import Studies
import Tooling

struct StudyOptions: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: "An option by which runs are separated into rows, as learning_rate; may be repeated.")
  var by: [String] = []

  @Option(
    help:
      "An option whose value is chosen by validation accuracy for each method, as learning_rate.")
  var tune: String?

  /// The runs as a study, with variants separated or chosen as the options say.
  /// - Throws: `ToolError` for an option that no run has, and for runs that cannot be told apart.
  func study(of records: [RunRecord]) throws -> (study: Study, settings: [TunedSetting]) {
    let known = Set(records.flatMap { $0.options.map(\.name) }).sorted()
    func check(_ word: String, of name: String, in runs: [RunRecord]) throws {
      guard !runs.contains(where: { $0.option(name) != nil }) else { return }
      throw ToolError(.usage, "\(word) \(name): no run has that option\(hint(name, among: known))")
    }
    if let tune { try check("--tune", of: tune, in: records) }
    // Tuning chooses among the variants of a method; without, each is a row of its own.
    let (kept, settings) =
      tune.map { tuned(records, by: $0) } ?? (records.map(\.namedAfterVariant), [])
    // A part of a study may lack what the whole of it differs in.
    for name in by where Labels.Key(rawValue: name) == nil {
      try check("--by", of: name, in: kept)
    }
    do {
      let treatments = Set(by + (tune.map { [$0] } ?? []))
      return (
        try Study(kept.map { $0.distinguished(by: by) }, comparing: treatments), settings
      )
    } catch {
      throw ToolError(.data, "\(error): report --by OPTION")
    }
  }
}

/// `; did you mean 'that'?`, or nothing where no known word is near.
func hint(_ word: String, among known: [String]) -> String {
  nearest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? ""
}
