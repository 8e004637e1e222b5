/// Compares runs: a table, and the paper's figures.

import ArgumentParser
import Foundation
import HDF5
import Networks
import Schemas
import Studies
import Tooling

@main
struct Report: Tool {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Compare runs: table, curves, feature maps, ansatz, and a page with all of it.",
    discussion: """
      Reads run files, and logs of the paper's own code (.json), and prints the table of methods and
      data sets: test accuracy at the epoch with the best validation accuracy, mean ± 95 % confidence
      interval over seeds (or a bootstrap over sources and seeds), the best validation accuracy (the
      paper's metric) beside the paper's own, n, and the difference to a baseline with an exact
      sign-flip test, or a t test where runs are too few for one. Methods that diverged or stayed at chance are rows that say so, and so are
      comparisons of too few runs.

      With -o FOLDER it writes index.html (all of it in one page), table.md, .csv, .json and .tex,
      curves.png (the paper's Figure 2), loss-gap.png (Figure 3) and methods.png, each figure beside
      the gnuplot script and the table it is drawn from; with --feature-maps also feature-maps.png
      (Figure 1): what each layer's features see in an image. The page tells time and memory where
      train's log lies beside a run (x.run.jsonl beside x.run.h5).

      --probe prints how the initial networks fared before the first step, layer by layer.

      --ansatz measures the neural feature ansatz, NFM ∝ AGOP^α, in every network and run given, on
      the training images of --images: cosine and Pearson correlation for α = 1/2 and 1, beside three
      nulls (the network before training, if its file is given too; a random D of equal rank; D = I),
      the centred version, the fitted α, ranks and spectra. It prints the table, or adds ansatz.md,
      .csv and .png to the folder. Costs what compute-agop costs, for each network.

      --verify takes every file of a pipeline and says of each whether it still follows from the
      others: whether what its history says was read is there, by digest. Exits with 65 if not.

      Runs are identified by data set, method, variant (train --variant), source seed and seed;
      variants are compared with the plain runs of their method. --by OPTION tells runs apart by an
      option (its value joins the method's name); --tune OPTION keeps, for each method, the value
      with the best mean validation accuracy, and says which.

      Examples:
        report build/demo/fashion-mnist/*.run.h5
        report --tune learning_rate build/tune/fashion-mnist/*.run.h5 -o results/tune
        report --ansatz --images images.h5 init.h5 run.h5
        report --feature-maps photo.jpg --side 224 --network vgg11.h5 \
          --features nfm.h5 --features agop.h5 -o figure-1
        compute-nfm vgg11.h5 | sample-init --method nfm | train --images images.h5 | report -
      """,
    version: version)

  enum TableFormat: String, ExpressibleByArgument, CaseIterable {
    case terminal, markdown, csv, json, latex
    /// A log as the paper's code writes it.
    case log

    /// Whether any table can be printed so.
    var isTable: Bool { [.terminal, .markdown, .csv].contains(self) }
  }

  @Argument(
    help: "Run files, logs of the paper's code (.json); - for standard input.", completion: .file())
  var runs: [String] = []

  @Option(
    name: .shortAndLong,
    help: "A folder for page, tables and figures; without, the table is printed.",
    completion: .file())
  var output: String?

  @Option(
    help:
      "How to print: terminal, markdown, csv, json, latex, or one run as a log of the paper's code."
  )
  var format = TableFormat.terminal

  @Option(help: "The method that the others are compared with. [default: kaiming-normal]")
  var baseline: String?

  @Option(
    help:
      "Count epochs until this validation accuracy, in percent; by default 9/10 of the baseline's.")
  var reach: Double?

  @Option(
    parsing: .singleValue,
    help: "An option that tells variants apart, as learning_rate; may be repeated.")
  var by: [String] = []

  @Option(help: "An option to choose by validation accuracy for each method, as learning_rate.")
  var tune: String?

  @Option(
    help: "A PNG or JPEG, or an images file: draw what features see in it.", completion: .file())
  var featureMaps: String?

  @Option(help: "Which test image of an images file, from 0.")
  var image = 0

  @Option(help: "Resize the image to this side. [default: the network's; else as it is]")
  var side: Int?

  @Option(help: "The network that the features came from.", completion: .file())
  var network: String?

  @Option(
    parsing: .singleValue, help: "A features file; may be given several times.", completion: .file()
  )
  var features: [String] = []

  @Flag(help: "Print the state of the initial networks before the first step.")
  var probe = false

  @Flag(help: "Measure the neural feature ansatz in the networks and runs given.")
  var ansatz = false

  @Flag(help: "Say of each file whether it follows from the others, by the digests it records.")
  var verify = false

  @Option(help: "The images file on which the ansatz's gradients are taken.", completion: .file())
  var images: String?

  @Option(help: "How many of its training images.")
  var count = 64

  @Option(help: "Gradients of which logits: all, a number (the first ones), label, or probes:N.")
  var logits = LogitSelection.all

  @Option(help: "Seed of the choice of images, of probes and of the random D.")
  var seed: UInt64 = 0

  @OptionGroup var standard: StandardOptions

  func validate() throws {
    let drawing = featureMaps != nil
    guard drawing || !runs.isEmpty else {
      throw ValidationError("give at least one run, or - for a pipe")
    }
    guard drawing == (network != nil), drawing == !features.isEmpty else {
      throw ValidationError("--feature-maps, --network and --features come together")
    }
    guard !drawing || output != nil else {
      throw ValidationError("--feature-maps draws into a folder: give -o")
    }
    guard side.map({ (1...4096).contains($0) }) ?? true else {
      throw ValidationError("--side is 1 to 4096")
    }
    guard ansatz == (images != nil) else {
      throw ValidationError("--ansatz and --images come together")
    }
    guard !ansatz || !runs.contains("-") && format.isTable else {
      throw ValidationError("--ansatz reads files, and prints terminal, markdown or csv")
    }
    guard !probe || output == nil && !ansatz && format.isTable else {
      throw ValidationError("--probe prints a table: terminal, markdown or csv")
    }
    guard !verify || output == nil && !ansatz && !probe && !drawing else {
      throw ValidationError("--verify goes with no other output")
    }
    guard count >= 1 else { throw ValidationError("--count is at least 1") }
    guard image >= 0 else { throw ValidationError("--image counts from 0") }
    guard reach.map({ (0...100).contains($0) }) ?? true else {
      throw ValidationError("--reach is an accuracy in percent, from 0 to 100")
    }
    guard format != .log || runs.count == 1 && output == nil else {
      throw ValidationError("--format log writes one run, to standard output")
    }
  }

  func run() throws {
    guard !verify else { return try Verification(runs).report() }
    let ansatz = try ansatzStudy()
    if let ansatz, output == nil { return try printAnsatz(ansatz) }
    let runs = try runsOnly()
    guard !runs.isEmpty || output == nil else { return try drawWithoutRuns(ansatz) }
    let read = try runs.map(FoundRun.init)
    let found = FoundRun.numbered(read)
    if zip(read, found).contains(where: { $0.record.seed != $1.record.seed }) {
      Log.say("logs that repeat a seed are numbered on: repetitions, not independent replicates")
    }
    let (study, settings) = try study(of: found.map(\.record))
    guard !probe else { return try printProbes(study) }
    let table = try table(study)
    guard let output else {
      try Output(path: "-", isText: true).write(text(of: table, first: found[0].record))
      return
    }
    let maps = try featureMapFigure()
    let parts = try FeatureParts(features).pageParts + (ansatz?.pageParts ?? [])
    // No folder before every input is known to be good: a refusal leaves nothing behind.
    let folder = try ReportFolder(output)
    try folder.draw(study, baseline: table.baseline)
    if let maps { try folder.draw(maps.gnuplot) }
    if let ansatz { try folder.write(ansatz) }
    try folder.write(
      study, table, found: found, featureMaps: maps, features: parts, settings: settings)
    Log.say("\(study.runs.count) runs in \(output)/index.html and \(output)/table.md")
  }

  /// The terminal's, else wide enough for the whole table.
  var columns: Int { Terminal.width(of: STDOUT_FILENO) ?? 140 }

  private func text(of table: ResultTable, first: RunRecord) throws -> String {
    switch format {
    case .terminal: table.terminal(width: columns)
    case .markdown: table.markdown
    case .csv: table.csv
    case .json: try table.json()
    case .latex: table.latex
    case .log: String(decoding: try AuthorsLog.write(first), as: UTF8.self)
    }
  }
}
