// The picture of which feature maps are drawn, and its size.

import ArgumentParser
import Features
import Schemas
import Tooling

struct PictureOptions: ParsableArguments {
  @Option(
    help:
      "Index of a test image in an images file, from 0. [default: one that does not depend on their order]"
  )
  var image: Int?

  @Option(
    help: ArgumentHelp(
      "Resize the image to this side. [default: the network's, else no resizing; at least 128 for convolutional networks]",
      valueName: "pixels")
  )
  var side: Int?

  func validate() throws {
    guard side.map({ (1...4096).contains($0) }) ?? true else {
      throw ValidationError("--side is 1 to 4096")
    }
    guard image.map({ $0 >= 0 }) ?? true else { throw ValidationError("--image counts from 0") }
  }
}

extension FeatureMapFigure {
  /// - Parameters:
  ///   - picture: a PNG, JPEG or WebP, or an images file.
  ///   - network: the file of the network that the features came from.
  ///   - layers: which layers' features; nil: those of the paper's figure.
  ///   - features: features files.
  /// - Throws: `ToolError` naming the file that cannot be read or does not fit. Warns only of a figure that
  ///   can be drawn.
  init(
    _ picture: String, _ look: PictureOptions, network path: String, layers: LayerSelection? = nil,
    features: [String]
  ) throws {
    let network = try NetworkFile(Input(path: path).openHDF5()).network
    let seen = try PictureUnderFeatures(picture, index: look.image, side: look.side, for: network)
    try self.init(seen, network: network, called: path, layers: layers, features: features)
    if let difference = seen.difference {
      Log.warn("\(path): \(difference) \(preparationRemedy)")
    }
  }
}
