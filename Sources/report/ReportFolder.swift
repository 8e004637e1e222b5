// The folder of a study's results: figures, tables, and the page that shows them all.

import Foundation
import Schemas
import Studies
import Tooling

struct ReportFolder {
  private let url: URL
  private let gnuplot: Gnuplot

  /// Makes the folder, once it is known that figures can be drawn.
  init(_ path: String) throws {
    gnuplot = try reporting(.unavailable) { try Gnuplot() }
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard let real = KernelPath.real(path), access(real, X_OK) == 0 else {
      throw ToolError(.cannotCreate, "\(path): the folder cannot be created")
    }
    url = URL(fileURLWithPath: real, isDirectory: true)
  }

  /// Columns of the tables for a terminal, which `make results` prints.
  private static let columns = 100

  /// The pipeline's name.
  private var name: String { url.lastPathComponent }

  /// The paper's Figures 2 and 3 for each data set, accuracy by method, and R² of alignments where there are any.
  func draw(_ study: Study, baseline: String?) throws {
    for (dataset, slug) in zip(study.datasets, distinctSlugs(study.datasets)) {
      let suffix = study.datasets.count > 1 ? "-" + slug : ""
      let figures = [
        ("curves", study.accuracyCurves(on: dataset, baseline: baseline)),
        ("loss-gap", study.lossGapCurves(on: dataset, baseline: baseline)),
        ("methods", study.accuracyByMethod(on: dataset, baseline: baseline)),
      ]
      let alignment = study.alignmentCurves(on: dataset, baseline: baseline)
      let further = alignment.panels.isEmpty ? [] : [("alignment", alignment)]
      for (name, figure) in figures + further { try draw(figure.named(name + suffix).gnuplot) }
    }
  }

  func draw(_ figure: GnuplotFigure) throws {
    _ = try naming(figure.name, .io) { try gnuplot.draw(figure, in: url) }
  }

  /// Writes the ansatz as ansatz.csv, .png, .txt and .md.
  func write(_ ansatz: AnsatzStudy) throws {
    try draw(ansatz.figure.gnuplot)
    try write(ansatz.csv, to: "ansatz.csv")
    try write(ansatz.table.terminal(width: Self.columns), to: "ansatz.txt")
    try write(ansatz.table.markdown + "\n" + ansatz.caption + "\n", to: "ansatz.md")
  }

  /// Writes the tables and the page; `table.md` last, since it is what make looks at.
  func write(
    _ study: Study, _ table: ResultTable, found: [FoundRun], featureMaps: FeatureMapFigure?,
    features: [PagePart], settings: [TunedSetting]
  ) throws {
    var parts: [PagePart] = []
    if let featureMaps {
      parts.append(
        .tiles(
          title: "What features see",
          caption: "The paper's Figure 1: the norm ‖Mp‖ of every patch p under the features M of "
            + "a layer, from the map's 1st percentile (dark) to its 99th (yellow). Positions that the padding of convolutions "
            + "reaches are left out, up to a quarter of the side. Small images are enlarged to 128×128.",
          featureMaps.tiles))
    }
    parts += features
    if !settings.isEmpty {
      parts.append(
        .table(
          title: "Settings chosen", caption: "By mean best validation accuracy",
          tuningTable(settings)))
    }
    if let costs = RunCosts(found) {
      parts.append(.table(title: "Time and memory", caption: RunCosts.caption, costs.table(study)))
    }
    let page = Page(
      title: Self.titleStart + name, study: study, table: table,
      methods: methodSummaries(study), parts: parts,
      links: [
        ("table.csv", "table.csv"), ("table.json", "table.json"), ("table.md", "table.md"),
        ("table.tex", "table.tex"), ("runs.csv", "runs.csv"),
      ],
      provenance: found.filter { !$0.history.isEmpty }.map {
        Provenance(name: $0.name, commands: $0.history, address: $0.path.map(address))
      })
    func chosen(_ heading: String, _ text: (TextTable) -> String) -> String {
      settings.isEmpty ? "" : "\n\(heading)\n\n" + text(tuningTable(settings))
    }
    let tuning = "settings chosen by validation accuracy"
    // The page first: tables are replaced only where there is one.
    try write(page.html, to: "index.html")
    try write(table.csv, to: "table.csv")
    try write(table.json(), to: "table.json")
    try write(table.latex, to: "table.tex")
    try write(runsCSV(found.map(\.record)), to: "runs.csv")
    try write(
      table.terminal(width: Self.columns) + chosen(tuning) { $0.terminal(width: Self.columns) },
      to: "table.txt")
    try write(table.markdown + chosen("### \(tuning)") { $0.markdown }, to: "table.md")
  }

  private func tuningTable(_ settings: [TunedSetting]) -> TextTable {
    let values = Set(settings.flatMap { $0.tried.keys }).sorted {
      (Double($0) ?? .infinity, $0) < (Double($1) ?? .infinity, $1)
    }
    return TextTable(
      [
        .init("data set", isNumeric: false), .init("method", isNumeric: false, namesRows: true),
      ]
        + [.init(settings.first?.option ?? "")] + values.map { .init("at \($0), %") }
        + [.init("note", isNumeric: false)],
      rows: settings.map { setting in
        [setting.dataset, setting.method, setting.value]
          + values.map { value in
            setting.tried[value].map { String(format: "%.2f", 100 * $0) } ?? ""
          } + [setting.isAtEdge ? "at the edge of what was tried" : ""]
      })
  }

  /// The address of a file relative to the page, so that both may move together.
  private func address(_ path: String) -> String {
    let file = URL(fileURLWithPath: KernelPath.real(path) ?? path).pathComponents
    let folder = url.pathComponents
    let common = zip(file, folder).prefix { $0 == $1 }.count
    let steps = folder.dropFirst(common).map { _ in ".." } + file.dropFirst(common)
    // A colon in the first step would make a scheme of it, as in `javascript:`.
    let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: ":"))
    return steps.map { $0.addingPercentEncoding(withAllowedCharacters: allowed) ?? $0 }
      .joined(separator: "/")
  }

  private func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  private func write(_ text: String, to name: String) throws {
    try Output(path: path(name)).write(text)
  }
}
