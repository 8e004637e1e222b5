// `report maps`: responses of features to an image, the paper's Figure 1.

import ArgumentParser
import Features
import Schemas
import Tooling

struct MapsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maps",
    abstract: "Draw what each layer's features respond to in an image.",
    discussion: """
      Computes a network on a picture, and writes feature-maps.png (the paper's Figure 1) into a \
      folder, beside the gnuplot script and the table that it is drawn from. The figure has a row for \
      each features file. It shows the norm ‖Mp‖ of every patch p in the input of the first four \
      convolutions.

      For a vision transformer it shows ‖Mp‖ of every embedded patch. For the tokens x in the input of \
      attention in the first, the middle and the last block it shows the sum of xᵀMx over the queries, \
      keys and values of all heads, without the class token. --layers chooses other layers. Each has a \
      panel; the heads of one block's queries, keys or values share one.

      Example:
        report maps photo.jpg --side 224 --network vgg11.h5 \\
          --features nfm.h5 --features agop.h5 -o figure-1
      """)

  @Argument(help: "A PNG, JPEG or WebP, or an images file.", completion: .file())
  var picture: String

  @Option(help: "The network or run file that the features came from.", completion: .file())
  var network: String

  @Option(
    parsing: .singleValue, help: "A features file; may be repeated.", completion: .file())
  var features: [String]

  @Option(
    help: ArgumentHelp(
      "Which layers of the body: all, numbers from 1 (3 or 1-8), names, or parts of names (features.8, blocks.0, attn.q); several separated by commas. [default: the first four convolutions; in a transformer the patch embedding, and three blocks' attention]",
      valueName: "layers"))
  var layers: LayerSelection?

  @OptionGroup var look: PictureOptions

  @Option(name: .shortAndLong, help: "The folder to draw into.", completion: .directory)
  var output: String

  @OptionGroup var quiet: QuietOption

  func run() throws {
    try ReportFolder.check(output, reading: features + [picture, network])
    let maps = try FeatureMapFigure(
      picture, look, network: network, layers: layers, features: features)
    try ReportFolder(output).draw(maps.gnuplot)
    Log.say("\(output)/feature-maps.png")
  }
}
