// Draws an initial network by any of the initialisers.

import ArgumentParser
import Features
import HDF5
import Networks
import Schemas
import Tensors
import Tooling

@main
struct SampleInit: Tool {
  static let configuration = CommandConfiguration(
    commandName: "sample-init",
    abstract: "Draw an initial network.",
    discussion: discussion, version: version)

  @Argument(
    help: "A features file, for methods that draw from one; - for standard input.",
    completion: .file())
  var input: String?

  @Option(
    name: .shortAndLong, help: "The network file to write; - for standard output.",
    completion: .file())
  var output = "-"

  @OptionGroup var draw: DrawOptions

  @Option(
    help:
      "The source network or run file, for methods that need it (copy, gauge, coupled-nfm, …) and for --scale source.",
    completion: .file())
  var source: String?

  @Option(
    help:
      "The images file that the network is for. It gives the number of outputs and the normalisation. --align, lsuv, patches, --scale output or balanced, and running statistics of batch normalisations use its images.",
    completion: .file())
  var images: String?

  @Option(
    help: ArgumentHelp(
      "Side of the images in training; lsuv, patches and --scale output or balanced use images of this side. [default: the images'; else the features' or source's]",
      valueName: "pixels"))
  var side: Int?

  @OptionGroup var shape: ShapeOptions

  @Option(
    name: .customLong("for"),
    help:
      "Write a state dictionary for a VGG or ResNet of this library; torchvision is the only one. The file is a .safetensors if the output's name ends so, else a .pth."
  )
  var library: Library?

  @OptionGroup(title: "Alignment") var aligning: AlignOptions

  @Option(
    help: ArgumentHelp(
      "Name of the result in tables. [default: the method, and -aligned with --align]"))
  var name: String?

  @OptionGroup var standard: StandardOptions

  func run() throws {
    let initialiser = try Initialisers.named(draw.method)
    let features = try drawsFromFeatures() ? input ?? "-" : nil
    try PlannedFile.check(
      [PlannedFile(output, library == nil ? .network : .stateDictionary(format ?? .pth))],
      reading: [features, source, aligning.align, images])
    let output = try Output(path: output)
    let materials = try Materials(
      features: features, source: source, align: aligning.align, images: images)
    if let asked = aligning.alignImages, let target = materials.target, asked > target.train.count {
      throw ToolError(
        .data,
        "\(images ?? ""): \(asked) images are asked for, but there are only \(target.train.count)")
    }
    let architecture = try architecture(base: materials.architecture, target: materials.target)
    var options = try initialisationOptions()
    if draw.head == nil {
      options.head = try HeadInitialisation.usual(
        of: architecture, for: initialiser, draw.convention)
    }
    var labels = materials.labels
    let alignment = try naming(aligning.align ?? "") {
      try aligning.alignment(with: materials.alignedSource)
    }
    var aligned = ExplainedChannels()
    var network = try reporting(.data) {
      try initialise(
        architecture, method: initialiser, options: options, seed: draw.seed,
        features: materials.features, source: materials.source,
        images: materials.target.map { try taskImages($0) }, alignment: alignment
      ) { aligned.add($0, $1) }
    }
    if initialiser.startsStatistics(of: architecture, options, isAligned: alignment != nil) {
      let seen = aligning.alignNoise ? "the noise that --align uses" : "training images"
      Log.say(
        materials.target == nil
          ? "running means are 0 and running variances 1: with --images they are measured"
          : "running means and variances are measured on \(seen)")
    }
    let scale = try reporting(.data) { try initialiser.scale(options) }
    labels[.initScale] = scale.map { .string($0.rawValue) }
    network.preparation = preparation(materials)
    for warning in labels.sourceWarnings { Log.warn("the source: \(warning)") }
    labels[.initMethod] = .string(draw.method)
    labels[.initName] = (name ?? (alignment == nil ? nil : draw.method + "-aligned")).map {
      .string($0)
    }
    if let alignment { report(aligned, by: alignment, in: &labels) }
    labels[.initSeed] = .integer(Int(draw.seed))
    labels[.initConvention] = .string(draw.convention.rawValue)
    labels[.initShrink] = .double(draw.shrink)
    labels[.initFC] = .string(options.head.name)
    labels[.initLayers] = .string(draw.layers.description)
    labels[.initSides] = draw.sides == .both ? nil : .string(draw.sides.rawValue)
    let history = History.merging(materials.histories).appending(
      tool: "sample-init",
      options: described(architecture, options, labels) + aligning.described(alignment),
      inputs: materials.digests)
    try write(network, labels, history, to: output)
  }

  /// Reports R² of the new channels by layer, and labels the network with it.
  private func report(
    _ aligned: ExplainedChannels, by alignment: Alignment, in labels: inout Labels
  ) {
    labels[.initAlignRidge] = .double(alignment.ridge)
    labels[.initAlignCutoff] = .double(alignment.cutoff)
    labels[.initAlignImages] = aligning.alignImages.map { .integer($0) }
    labels[.initAlignNoise] = aligning.alignNoise ? .integer(1) : nil
    labels.setExplained(aligned.byName)
    for line in aligned.lines { Log.say(line) }
  }
}
