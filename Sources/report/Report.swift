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
      Reads run files, and logs of the paper's own code (.json), and prints the table of methods \
      and data sets: test accuracy at the epoch with the best validation accuracy, mean and 95 % \
      confidence interval over seeds (Student's t on the logit scale, which stays within 0 and \
      100 %; or a bootstrap over sources and seeds), the best validation accuracy (the paper's \
      metric) beside the paper's own, n, and the difference to a baseline with an exact sign-flip \
      test, or a t test where runs are too few for one. Verdicts, at 5 % after Holm's correction: \
      better or worse; equivalent, where two one-sided tests show that the difference is smaller than \
      --equivalence points; else undecided, with the number of pairs that would decide with power \
      80 %. Runs are paired by seed. Where each run has a source network of its own, which report \
      sees by their source seeds, pairs are independent and verdicts hold for sources in general; \
      the bootstrap is for runs that share a few sources. Methods that diverged or stayed at chance \
      are rows that say so, and so are comparisons of too few runs. \
      Columns that do not fit into the terminal follow in further tables below.

      Names and options in files are data in every format: control characters are spelled out, as \
      <U+001B>, in LaTeX also those that pdflatex has no letter for; in CSV, text that a \
      spreadsheet would take for a formula gets an apostrophe before it.

      With -o FOLDER it writes index.html (all of it in one page), table.txt, .md, .csv, .json and \
      .tex, runs.csv (a line a run and epoch, every option a column, as --format runs prints), \
      curves.png (the paper's Figure 2), loss-gap.png (Figure 3) and methods.png, each figure \
      beside the gnuplot script and the table it is drawn from (of several data sets \
      curves-NAME.png and so on, where a NAME that is not of small ASCII letters, digits and \
      hyphens ends in a checksum); with --feature-maps also \
      feature-maps.png (Figure 1): what each layer's features see in an image. The page tells time \
      and memory where train's log lies beside a run (x.run.jsonl beside x.run.h5).

      --probe prints how the initial networks fared before the first step, layer by layer.

      --ansatz measures the neural feature ansatz, NFM ∝ AGOP^α, in every network and run given, \
      on the training images of --images: cosine and Pearson correlation for α = 1/2 and 1, beside \
      three nulls (the network before training, if its file is given too; a random D of equal \
      rank; D = I), the centred version, the fitted α, ranks and spectra. It prints the table, or \
      adds ansatz.txt, .md, .csv and .png to the folder. Costs what compute-agop costs, for each \
      network.

      --predictions NETWORK --images FILE prints what a network (of a run: that of its best epoch) \
      answers on every image of an images file, as CSV: part, index, class, answer, and a \
      probability for each output.

      --verify takes every file of a pipeline, with the folders, archives and other files that it \
      began with, and says of each whether it still follows from the others: whether what its \
      history says was read is there, by digest. Exits with 65 if not.

      Runs are identified by data set, method, variant (train --variant), options, source seed and \
      seed. Runs of one method that differ in an option that changes the result are rows of their \
      own, and the options in which rows differ are columns; data sets of one name but other images \
      are sections of their own. A row is compared only with the baseline's row of the same options, \
      and a note names the option and both values where there is none; variants are compared with \
      the plain runs of their method. --by OPTION tells runs apart by any attribute, and lets rows be \
      compared that differ in it (--baseline 'kaiming-normal learning_rate=0.01'); --tune OPTION \
      keeps, for each method, the value with the best mean validation accuracy, says which, and \
      compares methods each at its own.

      Examples:
        report build/demo/fashion-mnist/*.run.h5
        report --tune learning_rate build/tune/fashion-mnist/*.run.h5 -o results/tune
        report --ansatz --images images.h5 init.h5 run.h5
        report --feature-maps photo.jpg --side 224 --network vgg11.h5 \\
          --features nfm.h5 --features agop.h5 -o figure-1
        compute-nfm vgg11.h5 | sample-init --method nfm \\
          | train --images images.h5 | report -
      """,
    version: version)

  enum TableFormat: String, ExpressibleByArgument, CaseIterable {
    case terminal, markdown, csv, json, latex
    /// CSV of all runs, a line an epoch.
    case runs
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
    completion: .directory)
  var output: String?

  @Option(
    help:
      "How to print: terminal, markdown, csv, json, latex; runs, CSV with a line a run and epoch; or one run as a log of the paper's code."
  )
  var format = TableFormat.terminal

  @Option(help: "The method that the others are compared with. [default: kaiming-normal]")
  var baseline: String?

  @Option(
    help:
      "Count epochs until this validation accuracy, in percent. [default: 9/10 of the baseline's]")
  var reach: Double?

  @Option(
    help: "Count accuracies within this number of points of each other as equivalent.")
  var equivalence = 100 * defaultMargin

  @Option(
    parsing: .singleValue,
    help: "An option that tells variants apart, as learning_rate; may be repeated.")
  var by: [String] = []

  @Option(help: "An option to choose by validation accuracy for each method, as learning_rate.")
  var tune: String?

  @OptionGroup var featureMaps: FeatureMapOptions

  @Flag(help: "Print the state of the initial networks before the first step.")
  var probe = false

  @OptionGroup var ansatz: AnsatzOptions

  @OptionGroup var predictions: PredictionOptions

  @Flag(help: "Say of each file whether it follows from the others, by the digests it records.")
  var verify = false

  @OptionGroup var standard: StandardOptions

  func validate() throws {
    guard (predictions.network == nil) == (ansatz.isAsked || ansatz.images == nil) else {
      throw ValidationError("--images goes with --ansatz or with --predictions")
    }
    guard
      !predictions.areAsked
        || runs.isEmpty && output == nil && format == .terminal && !verify
          && !probe && !featureMaps.areAsked
    else { throw ValidationError("--predictions prints CSV, of one network and no run") }
    let drawing = featureMaps.areAsked
    guard drawing || predictions.areAsked || !runs.isEmpty else {
      throw ValidationError("give at least one run, or - for a pipe")
    }
    guard !drawing || output != nil else {
      throw ValidationError("--feature-maps draws into a folder: give -o")
    }
    guard !ansatz.isAsked || !runs.contains("-") && format.isTable else {
      throw ValidationError("--ansatz reads files, and prints terminal, markdown or csv")
    }
    guard !probe || output == nil && !ansatz.isAsked && format.isTable else {
      throw ValidationError("--probe prints a table: terminal, markdown or csv")
    }
    guard !verify || output == nil && !ansatz.isAsked && !probe && !drawing else {
      throw ValidationError("--verify goes with no other output")
    }
    guard reach.map({ (0...100).contains($0) }) ?? true else {
      throw ValidationError("--reach is an accuracy in percent, from 0 to 100")
    }
    guard equivalence > 0, equivalence <= 100 else {
      throw ValidationError("--equivalence is a number of points, above 0 and at most 100")
    }
    guard format != .log || runs.count == 1 && output == nil else {
      throw ValidationError("--format log writes one run, to standard output")
    }
  }

  func run() throws {
    guard !verify else { return try Verification(runs).report() }
    if let network = predictions.network, let images = ansatz.images {
      return try Predictions(network, images: images, threads: standard.threadCount).write()
    }
    if let output {
      let others = [featureMaps.featureMaps, featureMaps.network, ansatz.images].compactMap(\.self)
      try ReportFolder.check(output, reading: self.runs + featureMaps.features + others)
    }
    let study = try ansatz.study(of: runs, threads: standard.threadCount)
    if let study, output == nil { return try printAnsatz(study) }
    let runs = try runsOnly()
    guard !runs.isEmpty || output == nil else { return try drawWithoutRuns(study) }
    try report(runs, ansatz: study)
  }

  /// The table, or the folder with everything. Notes come after all that can refuse: a refusal is one line.
  private func report(_ runs: [String], ansatz: AnsatzStudy?) throws {
    let read = try runs.map(FoundRun.init)
    let found = FoundRun.numbered(read)
    var notes: [String] = []
    if zip(read, found).contains(where: { $0.record.seed != $1.record.seed }) {
      notes = ["logs that repeat a seed are numbered on: repetitions, not independent replicates"]
    }
    if output == nil, let text = try text(of: found.map(\.record)) {
      notes.forEach(Log.say)
      return try Output(path: "-", isText: true).write(text)
    }
    let (study, settings) = try study(of: found.map(\.record))
    guard !probe else {
      notes.forEach(Log.say)
      return try printProbes(study)
    }
    let table = try table(study)
    if table.baseline == nil, study.methods.count > 1 {
      notes.append(
        "no run of kaiming-normal: methods are compared with nothing; --baseline names one")
    }
    guard let output else {
      notes.forEach(Log.say)
      return try Output(path: "-", isText: true).write(text(of: table))
    }
    let parts = try FeatureParts(featureMaps.features).pageParts + (ansatz?.pageParts ?? [])
    let maps = try featureMaps.figure()
    notes.forEach(Log.say)
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

  /// The runs themselves in the formats that have no table; nil for the others.
  private func text(of runs: [RunRecord]) throws -> String? {
    switch format {
    case .runs: runsCSV(runs)
    case .log: try runs.first.map { String(decoding: try AuthorsLog.write($0), as: UTF8.self) }
    default: nil
    }
  }

  private func text(of table: ResultTable) throws -> String {
    switch format {
    case .markdown: return table.markdown
    case .csv:
      // The other formats hold these sentences.
      for sentence in table.sections.flatMap(\.incomparable) { Log.say(sentence) }
      return table.csv
    case .json: return try table.json()
    case .latex: return table.latex
    case .terminal, .runs, .log: return table.terminal(width: columns)
    }
  }
}
