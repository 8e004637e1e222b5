import ArgumentParser
import HDF5
import Networks
import Schemas
import Tooling

/// Takes one trained network out of a run: what features are computed from.
@main
struct ExtractPretrained: Tool {
  static let configuration = CommandConfiguration(
    commandName: "extract-pretrained",
    abstract: "Take a trained network out of a file.",
    discussion: """
      Reads a run (or a network) and writes a network file: a state dictionary under PyTorch's names
      (features.0.weight [64, 3, 3, 3] Float32, …) with the architecture and the normalisation of its
      images as attributes. From a run, the epoch with the best validation accuracy is taken.

      The features computed from the network will name it by source_dataset, source_seed, source_epoch.

      Example:
        extract-pretrained build/demo/source-1.run.h5 -o vgg11.h5
      """,
    version: version)

  enum Epoch: String, ExpressibleByArgument, CaseIterable { case best, last }

  @Argument(help: "A run or network file; - for standard input.")
  var input = "-"

  @Option(name: .shortAndLong, help: "The network file to write; - for standard output.")
  var output = "-"

  @Option(help: "Which epoch of a run: best (on validation) or last.")
  var epoch = Epoch.best

  @OptionGroup var quiet: QuietOption

  func run() throws {
    let input = try Input(path: input)
    let output = try Output(path: output)
    let file = try input.openHDF5()
    let isRun = file.root.contains("epochs/train_loss")
    let network = try NetworkFile(file, group: isRun && epoch == .best ? "best" : nil)
    var labels = network.labels.source
    if isRun {
      let run = try RunSummary(file)
      let chosen = epoch == .best ? run.bestEpoch.map { $0 + 1 } : run.epochs.count
      labels = Labels([
        "source_dataset": .string(run.dataset), "source_seed": .integer(Int(run.seed)),
        "source_epoch": .integer(chosen ?? 0),
      ])
      Log.say("epoch \(chosen ?? 0) of \(run.epochs.count) of \(input.name)")
    }
    let history = try History.of(file).appending(
      tool: "extract-pretrained", options: isRun ? [("epoch", epoch.rawValue)] : [],
      inputs: [(role: isRun ? "run" : "network", sha256: try input.sha256())])
    try output.writeHDF5 { file in
      try NetworkFile(network.network, labels: labels).write(to: file)
      try history.write(to: file)
    }
  }
}
