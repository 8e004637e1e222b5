// `report network`: the layers of a network.

import ArgumentParser
import Schemas
import Tooling

/// Prints the layers of one network.
struct NetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network",
    abstract: "Print a network layer by layer: shapes, parameters, and ranks of its NFM.",
    discussion: """
      Reads a network or a run (its last epoch) and prints a line for each layer: the shape of its \
      weights as in PyTorch, and the number of its parameters with biases. For its NFM, WᵀW, the line \
      has the dimension d, the rank (number of eigenvalues above 1e-7 of the largest) and the \
      effective rank. The effective rank is exp of the entropy of the eigenvalues (Roy and Vetterli \
      2007): 1 if all filters of a layer point in one direction, and at most the rank.

      A transformer's heads share a line: the shape is that of one head, the parameters are those of \
      all heads, and the ranks are means. Maps that read a layer normalisation have its gain folded \
      in, as in compute-nfm. Normalisations, tokens and positions are not linear maps and have no NFM.

      Ranks cost an eigenproblem of the size of each layer's outputs: for VGG11 half a second of \
      processor time, and with --layers all half a minute.

      Examples:
        report network build/demo/source-1001.network.h5
        report network vgg11.h5 --layers all --format latex > network.tex
      """)

  @Argument(help: "A network or run file; - for standard input.", completion: .file())
  var network: String

  @OptionGroup var selection: LayersOption

  @OptionGroup var printing: TextFormatOption

  func run() throws {
    let input = try Input(path: network)
    let network = try NetworkFile(input.openHDF5()).network
    let maps = try selection.maps(of: network.architecture, in: input.name)
    let summary = try NetworkSummary(network, called: input.name, ranked: maps)
    let text = printing.format.text(of: [summary.table], heading: summary.heading)
    try Output(path: "-", isText: true).write(text)
  }
}
