// Output of `report table`, to the terminal or into a folder. Notes come after everything that can refuse, so that a
// refusal is one line.

import Studies
import Tooling

extension TableCommand {
  /// Prints the table, or the runs themselves, in the format asked for.
  func printTable(_ found: [FoundRun], _ notes: [String]) throws {
    let records = found.map(\.record)
    let (text, further) = try text(of: records)
    (notes + further).forEach(Log.say)
    try Output(path: "-", isText: true).write(text)
  }

  private func text(of records: [RunRecord]) throws -> (String, notes: [String]) {
    switch format {
    case .runs: return (runsCSV(records), [])
    case .log:
      let log = try records.first.map { String(decoding: try AuthorsLog.write($0), as: UTF8.self) }
      return (log ?? "", [])
    case .terminal, .markdown, .csv, .json, .latex:
      let (table, notes) = try table(apart.study(of: records).study)
      switch format {
      case .markdown: return (table.markdown, notes)
      case .json: return (try table.json(), notes)
      case .latex: return (table.latex, notes)
      // The other formats hold these sentences.
      case .csv: return (table.csv, notes + table.sections.flatMap(\.incomparable))
      case .terminal, .runs, .log: return (table.terminal(width: terminalColumns), notes)
      }
    }
  }

  /// Writes the page with everything, its tables and figures.
  func write(
    _ found: [FoundRun], _ notes: [String], _ ansatz: AnsatzStudy?, to output: String
  ) throws {
    let (study, settings) = try apart.study(of: found.map(\.record))
    let (table, further) = try table(study)
    let parts = try FeatureParts(features).pageParts + (ansatz?.pageParts ?? [])
    let maps = try featureMaps.map { picture in
      try FeatureMapFigure(picture, look, network: network ?? "", features: features)
    }
    (notes + further).forEach(Log.say)
    // The folder is made after every input was read, so that a refusal leaves nothing behind.
    let folder = try ReportFolder(output)
    try folder.draw(study, baseline: table.baseline)
    if let maps { try folder.draw(maps.gnuplot) }
    if let ansatz { try folder.write(ansatz) }
    try folder.write(
      study, table, found: found, featureMaps: maps, features: parts, settings: settings)
    Log.say("\(study.runs.count) runs in \(output)/index.html and \(output)/table.md")
  }

  /// The study's table, with notes about it.
  /// - Throws: `ToolError` if a baseline is asked for that no run has.
  private func table(_ study: Study) throws -> (ResultTable, notes: [String]) {
    let table = ResultTable(
      study, baseline: baseline ?? "kaiming-normal", target: reach.map { $0 / 100 },
      margin: equivalence / 100)
    guard table.baseline == nil else { return (table, []) }
    if let baseline {
      throw ToolError(
        .usage,
        "--baseline \(baseline): no run has that method\(hint(baseline, among: study.methods))")
    }
    let note =
      "no run of kaiming-normal: methods are not compared; --baseline names another baseline"
    return (table, study.methods.count > 1 ? [note] : [])
  }
}
