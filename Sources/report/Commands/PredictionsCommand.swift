// `report predictions`: a network's predictions.

import ArgumentParser
import Tooling

struct PredictionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predictions",
    abstract: "Print a network's predictions on images, as CSV.",
    discussion: """
      Reads a network (of a run, that of its best epoch) and an images file, and prints a line for \
      every image: part, index, class, prediction, and a probability for each output.

      Example:
        report predictions run.h5 --images images.h5 > answers.csv
      """)

  @Argument(help: "A network or run file.", completion: .file())
  var network: String

  @Option(help: "The images file.", completion: .file())
  var images: String

  @OptionGroup var standard: StandardOptions

  func run() throws {
    try Predictions(network, images: images, threads: standard.threadCount).write()
  }
}
