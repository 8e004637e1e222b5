// `--align`: a draw is carried over from a source's channels to the new network's.

import ArgumentParser
import Features
import Networks
import Schemas
import Tooling

struct AlignOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Carry the draw over from this network's channels to the new one's, by least squares on the images. Give the network or run file that the features were computed from, or that is copied.",
      valueName: "network"),
    completion: .file())
  var align: String?

  @Option(
    help: ArgumentHelp(
      "Weight λ of the penalty in the regression of --align, as a share of the mean square of the new network's channels. [default: \(Alignment.defaultRidge)]",
      valueName: "share"))
  var alignRidge: Double?

  @Option(
    help: ArgumentHelp(
      "Leave out directions of the new network's channels whose mean square is below this share of the largest. [default: 0]",
      valueName: "share"))
  var alignCutoff: Double?

  @Option(
    help: ArgumentHelp(
      "Number of training images for the regression of --align. [default: as many as have 2¹⁹ pixels, 512 of 32×32]",
      valueName: "n"))
  var alignImages: Int?

  @Flag(
    help:
      "Use noise in place of images in the regression of --align: independent normal pixels with the images' mean and deviation in each colour."
  )
  var alignNoise = false

  func validate() throws {
    let further: [(String, Bool)] = [
      ("--align-ridge", alignRidge != nil), ("--align-cutoff", alignCutoff != nil),
      ("--align-images", alignImages != nil),
      ("--align-noise", alignNoise),
    ]
    if align == nil, let option = further.first(where: \.1)?.0 {
      throw ValidationError("\(option) needs --align NETWORK")
    }
    guard alignRidge.map({ (0...1e6).contains($0) }) ?? true else {
      throw ValidationError("--align-ridge is a share, 0 to 1e6")
    }
    guard alignCutoff.map({ (0..<1).contains($0) }) ?? true else {
      throw ValidationError("--align-cutoff is a share in [0, 1)")
    }
    guard (alignImages ?? 1) >= 1 else { throw ValidationError("--align-images is 1 or more") }
  }

  /// - Throws: `FeatureError` if the source does not say how its images were normalised.
  func alignment(with source: Network?) throws(FeatureError) -> Alignment? {
    guard let source else { return nil }
    return try Alignment(
      source: source, ridge: alignRidge ?? Alignment.defaultRidge, cutoff: alignCutoff ?? 0)
  }

  /// The number of the target's images, each of this area, that the regression uses.
  func imageCount(area: Int) -> Int { alignImages ?? Alignment.imageCount(area: area) }

  /// The options that decide the result, as the history records them.
  func described(_ alignment: Alignment?) -> [(String, String)] {
    guard let alignment else { return [] }
    return [("align-ridge", "\(alignment.ridge)"), ("align-cutoff", "\(alignment.cutoff)")]
      + (alignImages.map { [("align-images", "\($0)")] } ?? [])
      + (alignNoise ? [("align-noise", "yes")] : [])
  }
}
