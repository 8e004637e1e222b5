// `report table`: methods × data sets, printed or in a folder with the page and the figures.

import ArgumentParser
import Networks
import Schemas
import Studies
import Tooling

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Print the table of runs, or write it into a folder with page and figures.",
    discussion: """
      Reads run files, and logs of the paper's own code (.json), and prints the table of methods and \
      data sets. A row has:
        test accuracy at the epoch with the best validation accuracy: mean and 95 %
          confidence interval over seeds (Student's t on the logit scale, which
          stays within 0 and 100 %; or a bootstrap over sources and seeds);
        the best validation accuracy (the paper's metric) beside the paper's own;
        n, and the difference to a baseline with an exact sign-flip test, or with a
          t test where there are too few runs for one;
        the verdict at 5 % after Holm's correction: better or worse; equivalent, if
          two one-sided tests show that the difference is smaller than --equivalence
          points; else undecided, with the number of pairs that would decide with
          power 80 %.

      Runs are paired by seed. If each run has a source network of its own, which report finds out \
      from their source seeds, pairs are independent and verdicts hold for sources in general. The \
      bootstrap is for runs that share a few sources. Rows say if a method diverged or stayed at \
      chance, or if a comparison has too few runs. Columns that do not fit into the terminal follow in \
      further tables below.

      With -o FOLDER it writes index.html (all of it in one page), table.txt, .md, .csv, .json and \
      .tex, runs.csv (one line for each run and epoch, one column for each option, as --format runs \
      prints), curves.png (the paper's Figure 2), loss-gap.png (Figure 3), methods.png and, if draws \
      were aligned, alignment.png (their R² by layer). Each figure has its gnuplot script and its \
      table beside it. With several data sets figures are called curves-NAME.png and so on; a checksum \
      is added to a NAME that has other characters than lower-case ASCII letters, digits and hyphens. \
      The page shows time and memory if train's log is beside a run (x.run.jsonl beside x.run.h5). \
      --feature-maps adds the figure of report maps, and --ansatz the tables and figures of report \
      ansatz; with --ansatz networks may be among the runs.

      Runs are identified by data set, method, variant (train --variant), options, source seed and \
      seed. Runs of one method that differ in an option that changes the result have separate rows, \
      and the options in which rows differ are columns. Data sets with the same name and other images \
      have separate sections. A row is compared only with the baseline's row of the same options; if \
      there is none, a note names the option and both values. Variants are compared with the plain \
      runs of their method. --by OPTION separates runs by any attribute, and allows comparisons of \
      rows that differ in it (--baseline 'kaiming-normal learning_rate=0.01'). --tune OPTION keeps, \
      for each method, the value with the best mean validation accuracy, names it, and compares each \
      method at its own value.

      Example:
        report table build/demo/fashion-mnist/*.run.h5 -o results/demo
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case terminal, markdown, csv, json, latex
    /// CSV of all runs, a line an epoch.
    case runs
    /// A log as the paper's code writes it.
    case log
  }

  @Argument(
    help: "Run files, logs of the paper's code (.json); - for standard input.", completion: .file())
  var runs: [String] = []

  @Option(
    name: .shortAndLong,
    help: "A folder for page, tables and figures. [default: print the table]",
    completion: .directory)
  var output: String?

  @Option(
    help:
      "Format of the output: terminal, markdown, csv, json, latex; runs, CSV with one line for each run and epoch; or log, one run as a log of the paper's code."
  )
  var format = Format.terminal

  @Option(help: "The method that the others are compared with. [default: kaiming-normal]")
  var baseline: String?

  @Option(
    help:
      "Count epochs until this validation accuracy, in %. [default: 9/10 of the baseline's]")
  var reach: Double?

  @Option(
    help: "Margin of equivalence in points: methods that differ by less are equivalent.")
  var equivalence = 100 * defaultMargin

  @OptionGroup var apart: StudyOptions

  @Option(
    help:
      "A PNG, JPEG or WebP, or an images file: show on the page what features respond to in it.",
    completion: .file())
  var featureMaps: String?

  @Option(help: "The network or run file that the features came from.", completion: .file())
  var network: String?

  @Option(
    parsing: .singleValue, help: "A features file; may be repeated.", completion: .file())
  var features: [String] = []

  @OptionGroup var look: PictureOptions

  @Flag(help: "Add the neural feature ansatz of the given networks and runs to the page.")
  var ansatz = false

  @Option(
    help: "The images file on which --ansatz computes gradients.", completion: .file())
  var images: String?

  @OptionGroup var measure: AnsatzOptions

  @OptionGroup var standard: StandardOptions

  // These options of earlier versions are subcommands now.
  @Flag(help: .hidden) var probe = false
  @Flag(help: .hidden) var verify = false
  @Option(help: .hidden) var predictions: String?

  func validate() throws {
    let renamed = [
      ("--probe", probe, "probe RUNS"), ("--verify", verify, "verify FILES"),
      ("--predictions", predictions != nil, "predictions NETWORK --images FILE"),
      ("--ansatz", ansatz && output == nil, "ansatz FILES --images FILE"),
      ("--feature-maps", featureMaps != nil && runs.isEmpty, "maps PICTURE -o FOLDER"),
    ]
    if let (option, _, words) = renamed.first(where: \.1) {
      let place = ["--ansatz", "--feature-maps"].contains(option) ? " outside a page of runs" : ""
      throw ValidationError("\(option)\(place) is a subcommand: report \(words)")
    }
    guard !runs.isEmpty else {
      throw ValidationError("give at least one run, or - for a pipe")
    }
    guard (featureMaps != nil) == (network != nil), (featureMaps != nil) == !features.isEmpty else {
      throw ValidationError("--feature-maps, --network and --features must be given together")
    }
    guard featureMaps == nil || output != nil else {
      throw ValidationError("--feature-maps draws into a folder: give -o")
    }
    guard ansatz == (images != nil) else {
      throw ValidationError("--ansatz and --images must be given together")
    }
    guard !ansatz || !runs.contains("-") else {
      throw ValidationError("--ansatz reads files, not standard input")
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
    if let output {
      let others = [featureMaps, network, images].compactMap(\.self)
      try ReportFolder.check(output, reading: runs + features + others)
    }
    let ansatz = try images.map {
      try measure.study(of: runs, images: $0, threads: standard.threadCount)
    }
    // With --ansatz networks may stand among the runs.
    let trained =
      try ansatz == nil ? runs : runs.filter { try RunFile.isRun(Input(path: $0).openHDF5()) }
    guard !trained.isEmpty else {
      throw ToolError(
        .usage, "no run among the files: report ansatz FILES --images FILE is for networks alone")
    }
    let (found, notes) = try FoundRun.read(trained)
    guard let output else { return try printTable(found, notes) }
    try write(found, notes, ansatz, to: output)
  }
}
