import ArgumentParser
import Foundation
import HDF5
import Schemas
import Studies
import Tooling

/// Compares runs: a table, and the paper's figures.
@main
struct Report: Tool {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Compare runs: table, curves, feature maps.",
    discussion: """
      Reads run files and prints the table of methods and data sets: test accuracy at the epoch with the
      best validation accuracy, mean ± 95 % confidence interval over seeds, the best validation accuracy
      (the paper's metric) and n. Methods that diverged or stayed at chance are rows that say so.

      With -o FOLDER it writes table.md, table.csv, curves.png (the paper's Figure 2), loss-gap.png
      (Figure 3) and methods.png, each figure beside the gnuplot script and the table it is drawn from;
      with --feature-maps also feature-maps.png (Figure 1): what each layer's features see in an image.

      Examples:
        report build/demo/fashion-mnist/*.run.h5
        compute-nfm vgg11.h5 | sample-init --method nfm | train --images images.h5 | report -
      """,
    version: version)

  enum TableFormat: String, ExpressibleByArgument, CaseIterable { case terminal, markdown, csv, json }

  @Argument(help: "Run files; - for standard input.")
  var runs: [String]

  @Option(name: .shortAndLong, help: "A folder for tables and figures; without, the table is printed.")
  var output: String?

  @Option(help: "How to print the table: terminal, markdown, csv or json.")
  var format = TableFormat.terminal

  @Option(help: "The method that the others are compared with.")
  var baseline = "kaiming-normal"

  @Option(help: "An images file: draw what features see in one of its test images.")
  var featureMaps: String?

  @Option(help: "Which test image, from 0.")
  var image = 0

  @Option(help: "The network that the features came from.")
  var network: String?

  @Option(parsing: .singleValue, help: "A features file; may be given several times.")
  var features: [String] = []

  @OptionGroup var quiet: QuietOption

  func validate() throws {
    guard !runs.isEmpty else { throw ValidationError("give at least one run, or - for a pipe") }
    let drawing = featureMaps != nil
    guard drawing == (network != nil), drawing == !features.isEmpty else {
      throw ValidationError("--feature-maps, --network and --features come together")
    }
    guard !drawing || output != nil else {
      throw ValidationError("--feature-maps draws into a folder: give -o")
    }
    guard image >= 0 else { throw ValidationError("--image counts from 0") }
  }

  func run() throws {
    let records = try runs.map(Self.record)
    let study: Study
    do { study = try Study(records) } catch { throw ToolError(.data, "\(error)") }
    let table = ResultTable(study, baseline: baseline)
    guard let output else {
      try Output(path: "-", isText: true).write(text(of: table))
      return
    }
    let folder = URL(fileURLWithPath: output, isDirectory: true)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw ToolError(.cannotCreate, "\(output): the folder cannot be created")
    }
    try draw(study, in: folder)
    if let featureMaps, let network {
      let figure = try FeatureMapFigure(
        images: featureMaps, index: image, network: network, features: features)
      try draw(figure.gnuplot, in: folder)
    }
    try Output(path: folder.appendingPathComponent("table.csv").path).write(table.csv)
    // Last, since it is what make looks at.
    try Output(path: folder.appendingPathComponent("table.md").path).write(table.markdown)
    Log.say("\(study.runs.count) runs in \(output)/table.md")
  }

  /// `COLUMNS`, else wide enough for the whole table.
  private var columns: Int {
    ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil } ?? 120
  }

  private func text(of table: ResultTable) throws -> String {
    switch format {
    case .terminal: table.terminal(width: columns)
    case .markdown: table.markdown
    case .csv: table.csv
    case .json: try table.json()
    }
  }

  private func draw(_ study: Study, in folder: URL) throws {
    for dataset in study.datasets {
      let suffix = study.datasets.count > 1 ? "-" + dataset : ""
      let figures = [
        ("curves", study.accuracyCurves(on: dataset, baseline: baseline)),
        ("loss-gap", study.lossGapCurves(on: dataset, baseline: baseline)),
        ("methods", study.accuracyByMethod(on: dataset, baseline: baseline)),
      ]
      for (name, figure) in figures {
        try draw(figure.named(name + suffix).gnuplot, in: folder)
      }
    }
  }

  private func draw(_ figure: GnuplotFigure, in folder: URL) throws {
    do { try Gnuplot().draw(figure, in: folder) } catch let error as GnuplotError {
      throw ToolError(error == .absent ? .unavailable : .io, "\(figure.name): \(error)")
    }
  }

  /// What the study needs of a run file.
  private static func record(_ path: String) throws -> RunRecord {
    let input = try Input(path: path)
    let run = try RunSummary(input.openHDF5())
    let method = run.labels["init_method"]?.string ?? "unknown"
    let skipped: Set = ["history", "mean", "std"]
    return RunRecord(
      dataset: run.dataset, method: method,
      sourceSeed: run.labels["init_features"] == nil ? nil : run.labels["source_seed"]?.integer,
      seed: Int(run.seed), architecture: run.architecture.name,
      convention: run.labels["init_convention"]?.string ?? "unknown",
      classes: run.attributes["classes"]?.integer,
      options: run.attributes.sorted { $0.key < $1.key }.filter { !skipped.contains($0.key) }
        .map { RunOption($0.key, $0.value.text) },
      epochs: run.epochs.map {
        EpochRecord(
          trainLoss: $0.trainLoss, trainAccuracy: $0.trainAccuracy,
          trainLossEvaluated: $0.trainLossEvaluated, validationLoss: $0.validationLoss,
          validationAccuracy: $0.validationAccuracy, testLoss: $0.testLoss,
          testAccuracy: $0.testAccuracy)
      },
      divergedAt: run.divergedAt, digest: try input.sha256())
  }
}

extension Figure {
  /// The figure under another file name.
  fileprivate func named(_ name: String) -> Figure {
    Figure(
      name: name, title: title, caption: caption, panels: panels, columns: columns,
      sharesRange: sharesRange)
  }
}

extension AttributeValue {
  /// As options are written.
  fileprivate var text: String {
    switch self {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .double(let number): "\(number)"
    case .strings(let texts): texts.joined(separator: ",")
    case .integers(let numbers): numbers.map { "\($0)" }.joined(separator: ",")
    case .doubles(let numbers): numbers.map { "\($0)" }.joined(separator: ",")
    }
  }
}
