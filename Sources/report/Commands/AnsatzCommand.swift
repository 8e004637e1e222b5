// `report ansatz`: whether NFM ∝ AGOP^α in networks.

import ArgumentParser
import Tooling

struct AnsatzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ansatz",
    abstract: "Measure the neural feature ansatz, NFM ∝ AGOP^α, in networks.",
    discussion: """
      Reads networks and runs, and measures NFM and AGOP^α in each of them, on the training images of \
      --images. The table has their cosine and Pearson correlation for α = 1/2 and 1, beside three \
      null models (the network before training, if its file is given too; a random D of equal rank; D \
      = I), the centred version, the fitted α, ranks and spectra. A transformer's heads share a line, \
      which shows their mean; the CSV has each head.

      Without -o the table is printed; -o writes ansatz.txt, .md, .csv and .png into a folder. Each \
      network costs as much as in compute-agop.

      Example:
        report ansatz --images build/images/fashion-mnist.h5 \\
          build/demo/source-1001.init.h5 build/demo/source-1001.network.h5
      """)

  @Argument(help: "Network and run files.", completion: .file())
  var files: [String]

  @Option(
    help: "The images file; gradients are computed on its training images.", completion: .file())
  var images: String

  @OptionGroup var measure: AnsatzOptions

  @Option(
    name: .shortAndLong, help: "A folder for table and figure. [default: print the table]",
    completion: .directory)
  var output: String?

  @OptionGroup var printing: TextFormatOption

  @OptionGroup var standard: StandardOptions

  func validate() throws {
    guard !files.contains("-") else {
      throw ValidationError("report ansatz reads files, not standard input")
    }
  }

  func run() throws {
    if let output { try ReportFolder.check(output, reading: files + [images]) }
    let ansatz = try measure.study(of: files, images: images, threads: standard.threadCount)
    guard let output else {
      let text =
        printing.format == .csv
        ? ansatz.csv
        : printing.format.text(of: ansatz.table, caption: "The neural feature ansatz")
      return try Output(path: "-", isText: true).write(text)
    }
    try ReportFolder(output).write(ansatz)
    Log.say("\(output)/ansatz.md")
  }
}
