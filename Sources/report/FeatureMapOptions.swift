/// `--feature-maps`: the paper's Figure 1, and what it is drawn from.

import ArgumentParser
import Schemas
import Tooling

struct FeatureMapOptions: ParsableArguments {
  @Option(
    help: "A PNG, JPEG or WebP, or an images file: draw what features see in it.",
    completion: .file())
  var featureMaps: String?

  @Option(
    help:
      "Which test image of an images file, from 0. [default: one that does not depend on their order]"
  )
  var image: Int?

  @Option(
    help: ArgumentHelp(
      "Resize the image to this side. [default: the network's; else as it is]", valueName: "pixels")
  )
  var side: Int?

  @Option(help: "The network or run file that the features came from.", completion: .file())
  var network: String?

  @Option(
    parsing: .singleValue, help: "A features file; may be repeated.", completion: .file())
  var features: [String] = []

  var areAsked: Bool { featureMaps != nil }

  func validate() throws {
    guard areAsked == (network != nil), areAsked == !features.isEmpty else {
      throw ValidationError("--feature-maps, --network and --features come together")
    }
    guard side.map({ (1...4096).contains($0) }) ?? true else {
      throw ValidationError("--side is 1 to 4096")
    }
    guard image.map({ $0 >= 0 }) ?? true else { throw ValidationError("--image counts from 0") }
  }

  /// nil if they were not asked for. Warns only of a figure that can be drawn.
  /// - Throws: `ToolError` naming the file that cannot be read or does not fit.
  func figure() throws -> FeatureMapFigure? {
    guard let featureMaps, let path = network else { return nil }
    let network = try NetworkFile(Input(path: path).openHDF5()).network
    let picture = try PictureUnderFeatures(featureMaps, index: image, side: side, for: network)
    let figure = try FeatureMapFigure(
      picture, network: picture.seen(by: network, called: path), features: features)
    if let difference = picture.difference {
      Log.warn("\(path): \(difference) \(preparationRemedy)")
    }
    return figure
  }
}
