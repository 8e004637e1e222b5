// Compares runs and networks: a tool of subcommands, of which `table` is the default.

import ArgumentParser
import Tooling

@main
struct Report: Tool {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract:
      "Compare runs and networks: tables, curves, feature maps, ansatz, and a page with all of it.",
    discussion: """
      Without the name of a subcommand it is table: report RUNS prints the table of these runs, and \
      report RUNS -o FOLDER writes the page with all of their results (index.html), with tables \
      and figures. report table --help says more of it, and likewise of each of the others.

      Names and options in files are data in every format: control characters are spelled out, as \
      <U+001B>, in LaTeX also those that pdflatex has no letter for; in CSV, text that a \
      spreadsheet would take for a formula gets an apostrophe before it.

      Examples:
        report build/demo/fashion-mnist/*.run.h5
        report --tune learning_rate build/tune/fashion-mnist/*.run.h5 -o results/tune
        report probe build/demo/fashion-mnist/*.run.h5
        report network build/demo/source-1001.network.h5
        report ansatz --images images.h5 init.h5 run.h5
        report maps photo.jpg --side 224 --network vgg11.h5 \\
          --features nfm.h5 --features agop.h5 -o figure-1
        compute-nfm vgg11.h5 | sample-init --method nfm \\
          | train --images images.h5 | report -
      """,
    version: version,
    subcommands: [
      TableCommand.self, ProbeCommand.self, AnsatzCommand.self, MapsCommand.self,
      NetworkCommand.self, PredictionsCommand.self, VerifyCommand.self,
    ],
    defaultSubcommand: TableCommand.self)
}
