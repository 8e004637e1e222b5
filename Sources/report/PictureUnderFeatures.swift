// The image of which feature maps are drawn, prepared for the network: a PNG, JPEG or WebP, or a test image
// of an images file, resized to a square.

import ImageFormats
import Networks
import Schemas
import Tensors
import Tooling

struct PictureUnderFeatures {
  let side: Int
  /// RGB, [side, side, 3]
  let pixels: [UInt8]
  private let name: String
  private let image: LabelledImages
  /// White, of the same size.
  private let blank: LabelledImages
  /// The normalisation of the images file; nil for a picture.
  private let normalisation: (mean: [Double], std: [Double])?
  /// How the network's preparation differs from the images' own.
  let difference: String?

  /// The side at which the maps of convolutions behind pools can be read.
  private static let legibleSide = 128

  /// - Parameters:
  ///   - index: which test image, where there are several; nil: the first in the order of choice.
  ///   - side: nil: the network's own, else the image's; for convolutional networks at least `legibleSide`.
  /// - Throws: `ToolError` if there is no such image, or it cannot be read.
  init(_ path: String, index: Int?, side: Int?, for network: Network) throws {
    let input = try Input(path: path)
    name = input.name
    let found: Image
    if Picture.isPicture(try input.head(512)) {
      guard index ?? 0 == 0 else {
        throw ToolError(.usage, "\(name) is one image: leave out --image")
      }
      found = try reporting(.data) {
        try Picture.decode(try input.bytes(atMost: Picture.largestFile), file: input.name).colour()
      }
      normalisation = nil
      difference = nil
    } else {
      let images = try ImagesFile(input.openHDF5())
      guard
        let index = try index ?? images.test.choose(min(1, images.test.count), for: .picture).first,
        index < images.test.count
      else {
        throw ToolError(
          .usage, "\(name): no test image \(index ?? 0), there are \(images.test.count)")
      }
      let test = images.test.selecting([index])
      found = try Image(
        height: test.height, width: test.width, channels: test.channels, pixels: test.pixels
      ).colour()
      normalisation = images.normalisation
      difference = images.difference(from: network.preparation)?.asNetwork(
        sideIsChosen: side != nil)
    }
    let own = network.preparation.side ?? min(found.height, found.width)
    let side =
      side ?? (network.architecture.isTransformer ? own : max(own, Self.legibleSide))
    let pixels = try naming(input.name) { try found.resized(height: side, width: side).pixels }
    func labelled(_ pixels: [UInt8]) throws -> LabelledImages {
      try naming(input.name) {
        try LabelledImages(
          pixels: pixels, labels: [0], height: side, width: side,
          channels: Architecture.inputChannels)
      }
    }
    image = try labelled(pixels)
    blank = try labelled(pixels.map { _ in .max })
    (self.side, self.pixels) = (side, pixels)
  }

  /// The network after a forward pass of the image: its maps are what each convolution sees.
  ///
  /// - Parameter isBlank: whether the network sees an image of one colour in place of the picture.
  /// - Throws: `ToolError` if the image does not fit the network.
  func seen(
    by network: Network, called networkName: String, isBlank: Bool = false
  ) throws -> CompiledNetwork {
    let own = network.preparation
    guard let (mean, std) = own.mean.isEmpty ? normalisation : (own.mean, own.std) else {
      throw ToolError(
        .data,
        "\(networkName): does not say how its images were normalised; draw an image of"
          + " an images file instead")
    }
    return try naming("\(networkName) on \(name)") {
      let compiled = try CompiledNetwork(
        network, on: isBlank ? blank : image, at: [0],
        preparation: .init(side: side, mean: mean, std: std),
        pool: WorkerPool(threads: 1), trains: false,
        // Blocks that will not be differentiated share what they keep.
        differentiates: network.architecture.isTransformer || network.architecture.residual != nil)
      compiled.evaluate(images: 1)
      return compiled
    }
  }
}
