// From options and a convention to the settings by which the gradients of a network are computed.

import Features
import Networks
import Schemas
import Tensors
import Tooling

/// Settings of an AGOP: the given options, and for the others what the convention has for such a network.
struct GradientSettings {
  let maps: [LinearMap]
  let count: Int
  let logits: LogitSelection
  let reduction: FeatureSet.Reduction
  let ownBias: ComputeAGOP.OwnBias
  let gain: NormGain
  let convolution: ConvolutionAlgorithm
  let shift: SpectrumShift

  /// - Parameters:
  ///   - architecture: the network's, and the name of its file.
  ///   - images: the training images there are.
  /// - Throws: `ToolError` if an option does not go with such a network.
  init(
    _ options: ComputeAGOP, of architecture: Architecture, in file: String, images: Int
  ) throws {
    let isTransformer = architecture.isTransformer
    guard options.convolution == nil || !isTransformer else {
      throw ToolError(
        .usage, "--convolution: \(file) is \(architecture.name), which has no convolution of 3×3")
    }
    let paper = options.convention == .paper
    maps = try options.selection.maps(
      of: architecture, in: file, unasked: paper ? architecture.mapsOfPaper : nil)
    count = options.count ?? min(!paper ? 256 : isTransformer ? 10 : 11, images)
    logits = options.logits ?? (paper && !isTransformer ? .first(10) : .all)
    reduction = options.reduction ?? (!paper ? .mean : isTransformer ? .positionMean : .sum)
    let hasBiases = architecture.body.contains(where: \.hasBias)
    ownBias = options.ownBias ?? (paper && hasBiases && !isTransformer ? .dropped : .kept)
    guard options.norms.gain == nil || architecture.residual == nil else {
      throw ToolError(
        .usage,
        "--gain: the AGOP of \(architecture.name) in \(file) is the same with and without the gains of"
          + " its batch normalisations")
    }
    gain = try options.norms.value(options.convention, of: architecture, in: file)
    convolution = options.convolution ?? (paper ? .direct : .winograd)
    shift = options.spectrum.value(options.convention, of: architecture)
  }

  /// Sets the attributes of a features file that say how it was computed.
  func describe(in labels: inout Labels, of architecture: Architecture) {
    labels[.featuresImages] = .integer(count)
    labels[.featuresLogits] = .string(logits.text)
    labels[.featuresReduction] = .string(reduction.rawValue)
    labels[.featuresOwnBias] = .string(ownBias.rawValue)
    labels[.featuresShift] = .string(shift.text)
    if architecture.isTransformer {
      labels[.featuresGain] = .string(gain.rawValue)
    } else {
      labels[.featuresConvolution] = .string(convolution.rawValue)
    }
  }

  /// Options that affect the result, as the history records them, including those that only such a network has.
  func described(_ options: ComputeAGOP, of architecture: Architecture) -> [(String, String)] {
    let own =
      architecture.isTransformer
      ? ("gain", gain.rawValue) : ("convolution", convolution.rawValue)
    return [
      ("count", "\(count)"), ("logits", logits.text), ("reduction", reduction.rawValue),
      ("power", "\(options.power)"), ("own-bias", ownBias.rawValue), own,
      ("convention", options.convention.rawValue), ("shift", shift.text),
      ("seed", "\(options.seed)"),
    ] + options.selection.described(maps, of: architecture)
      + (options.dense ? [("dense", "")] : [])
  }
}
