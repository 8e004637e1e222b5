// `report probe`: the state of initial networks before training.

import ArgumentParser
import Studies
import Tooling

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Print what was measured in initial networks before the first step, layer by layer.",
    discussion: """
      Reads run files and prints the state of the initial network on a batch of training images, for \
      each method and layer: deviation and effective rank of the pre-activations, share of dead \
      filters, and norm of the loss's gradient, as means over runs. train --epochs 0 measures them \
      without training, and train --probe-head also those of the fully connected layers.

      A transformer's heads share a line, which shows their mean. Transformers have no share of dead \
      units, since a unit before gelu or attention is never off. In a residual network pre-activations \
      are those after the batch normalisation, and a filter whose output is added to the shortcut has \
      no share either.

      For transformers a second table follows after an empty line. For each method and block it has, \
      as means over heads and runs: the effective number of tokens in a row of attention (the mean of \
      exp(entropy)); the share of attention that a token gives to itself; the standard deviation of \
      the scores q·k/√h within a row; the root mean square of what attention and the MLP add, relative \
      to that of the tokens that it is added to; and the norm of the loss's gradient with respect to \
      all parameters of the block. Runs of older versions do not have these values.

      Example:
        report probe build/demo/fashion-mnist/*.run.h5
      """)

  @Argument(help: "Run files; - for standard input.", completion: .file())
  var runs: [String]

  @OptionGroup var printing: TextFormatOption

  @OptionGroup var apart: StudyOptions

  @OptionGroup var quiet: QuietOption

  func run() throws {
    let (found, notes) = try FoundRun.read(runs)
    let (study, _) = try apart.study(of: found.map(\.record))
    notes.forEach(Log.say)
    let text = study.datasets.map { dataset in
      let tables = [study.probeTable(on: dataset), study.blockTable(on: dataset)].compactMap(\.self)
      return printing.format.text(of: tables, heading: dataset)
    }
    try Output(path: "-", isText: true).write(text.joined(separator: "\n"))
  }
}
