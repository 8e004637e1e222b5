// From options and materials of `sample-init` to the architecture, the images and how the network is drawn.

import Features
import Networks
import Schemas
import Tensors
import Tooling

extension SampleInit {
  /// - Throws: `FeatureError` if `--head` is not a method.
  func initialisationOptions() throws -> InitialisationOptions {
    var options = InitialisationOptions(convention: draw.convention)
    options.scale = draw.scale
    options.shrink = draw.shrink
    if let head = draw.head { options.head = try HeadInitialisation(head) }
    options.layers = draw.layers
    options.sides = draw.sides
    return options
  }

  /// Whether the convolutions or the head are drawn from features.
  /// - Throws: `FeatureError` if one of the methods does not exist.
  func drawsFromFeatures() throws -> Bool {
    let ofHead = try initialisationOptions().head.needsFeatures
    return try Initialisers.named(draw.method).hasFeatures || ofHead
  }

  /// The images that initialisers and alignment use.
  /// - Throws: `NetworkError` if noise cannot be made at the images' size.
  func taskImages(_ target: ImagesFile) throws -> TaskImages {
    let (mean, std) = target.normalisation
    let trained = side ?? target.train.height
    let count =
      aligning.align == nil
      ? side.map { TaskImages.count(area: $0 * $0) }
      : min(aligning.imageCount(area: trained * trained), target.train.count)
    let noise =
      aligning.alignNoise
      ? try target.train.noise(count: count ?? target.train.count, mean: mean, std: std) : nil
    return TaskImages(
      noise ?? target.train,
      preparation: Network.Preparation(side: trained, mean: mean, std: std), count: count,
      pool: WorkerPool(threads: standard.threadCount))
  }

  /// The architecture that the options give, else that of the features or the source.
  /// - Throws: `ToolError` if there is no such network.
  func architecture(base: Architecture?, target: ImagesFile?) throws -> Architecture {
    if library != nil { return try torchvision(base: base, target: target) }
    let classes = target?.classes.count ?? base?.outputs ?? 10
    return try reporting(.usage) {
      let name = shape.architecture ?? base?.name ?? "vgg11"
      func make(like base: Architecture?) throws(NetworkError) -> Architecture {
        try Architecture(
          name, outputs: shape.outputs ?? (draw.convention == .paper ? 1000 : classes),
          hidden: shape.hidden?.widths ?? base?.hidden, pooled: shape.pooled ?? base?.pooled,
          dropout: shape.dropout ?? base?.dropout, side: side ?? target?.train.height)
      }
      // The head of the features or the source is taken only if the new network's family has such a head.
      let made = try make(like: nil)
      return base?.isAkin(to: made) == true ? try make(like: base) : made
    }
  }

  /// How the network's images are prepared: as the target's are, else as the source's were. Reports where these
  /// differ.
  func preparation(_ materials: Materials) -> Network.Preparation {
    var preparation =
      materials.features?.preparation ?? materials.source?.preparation ?? Network.Preparation()
    if let target = materials.target {
      let difference = target.difference(from: preparation)?.ofSource(sideIsChosen: side != nil)
      if let difference { Log.warn("\(difference); the new network is for these") }
      (preparation.mean, preparation.std) = target.normalisation
      preparation.side = target.train.height
    }
    preparation.side = side ?? preparation.side
    return preparation
  }

  /// The options that decide the result, by their names on the command line.
  func described(
    _ architecture: Architecture, _ options: InitialisationOptions, _ labels: Labels
  ) -> [(String, String)] {
    [
      ("method", draw.method), ("seed", "\(draw.seed)"), ("convention", draw.convention.rawValue),
      ("scale", labels[.initScale]?.string ?? "none"), ("shrink", "\(draw.shrink)"),
      ("fc", options.head.name), ("layers", draw.layers.description),
      ("architecture", architecture.name), ("outputs", "\(architecture.outputs)"),
      ("hidden", HiddenWidths(architecture.hidden).description),
      ("pooled", "\(architecture.pooled)"), ("dropout", "\(architecture.dropout)"),
    ] + (draw.sides == .both ? [] : [("sides", draw.sides.rawValue)])
      + (side.map { [("side", "\($0)")] } ?? [])
  }
}
