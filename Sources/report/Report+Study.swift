/// From runs to a study and its table, as the options say.

import Studies
import Tooling

extension Report {
  /// The runs as a study, variants told apart or chosen among as the options say.
  /// - Throws: `ToolError` for an option that no run has, and for runs that cannot be told apart.
  func study(of records: [RunRecord]) throws -> (Study, [TunedSetting]) {
    let known = Set(records.flatMap { $0.options.map(\.name) }).sorted()
    func check(_ word: String, of name: String, in runs: [RunRecord]) throws {
      guard !runs.contains(where: { $0.option(name) != nil }) else { return }
      throw ToolError(.usage, "\(word) \(name): no run has that option\(hint(name, among: known))")
    }
    if let tune { try check("--tune", of: tune, in: records) }
    // Tuning chooses among the variants of a method; without, each is a row of its own.
    let (kept, settings) =
      tune.map { tuned(records, by: $0) } ?? (records.map(\.namedAfterVariant), [])
    for name in by { try check("--by", of: name, in: kept) }
    do {
      let treatments = Set(by + (tune.map { [$0] } ?? []))
      return (
        try Study(kept.map { $0.distinguished(by: by) }, comparing: treatments), settings
      )
    } catch {
      throw ToolError(.data, "\(error): report --by OPTION")
    }
  }

  /// The study's table.
  /// - Throws: `ToolError` if a baseline is asked for that no run has.
  func table(_ study: Study) throws -> ResultTable {
    let table = ResultTable(
      study, baseline: baseline ?? "kaiming-normal", target: reach.map { $0 / 100 },
      margin: equivalence / 100)
    if table.baseline == nil, let baseline {
      throw ToolError(
        .usage,
        "--baseline \(baseline): no run has that method"
          + hint(baseline, among: study.methods))
    }
    return table
  }

  private func hint(_ word: String, among known: [String]) -> String {
    nearest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? ""
  }
}
