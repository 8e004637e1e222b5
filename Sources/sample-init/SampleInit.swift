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
    discussion: """
      Writes a network file: a method draws the convolutions of a VGG or a residual network, or the linear \
      maps of a vision transformer; --head says how the fully connected layers are drawn. Biases are zero unless the method \
      has its own. Methods that draw from features read a features file, which also says the architecture. \
      Methods that need the source network itself (copy, gauge, coupled-nfm, …) take it by --source, and \
      coupled-agop takes both. The others take the architecture from the options.

      Methods:
      \(Initialisers.all.map { "  \(Format.padded($0.name, to: 16)) \($0.summary)" }.joined(separator: "\n"))

      Costs about a second for all of VGG11; no matrix of size (C·9)² is formed.

      A covariance speaks of the source's channels, and a new network has others: --align carries what \
      is drawn over to them, layer by layer, so that filters answer to the new channels as they would to \
      the source's. It looks at the --images, and takes a source of any width and depth; of a transformer \
      the source has the same patches, and at least as many heads and blocks.

      Batch normalisations start with gain 1 and bias 0, and with the running statistics that the new \
      network has on training images where --images are given, else 0 and 1. A copy keeps its source's.

      --for torchvision writes what torchvision.models.vgg11().load_state_dict takes instead: \
      hidden layers of 4096 on a pool of 7×7, 1000 outputs (or --outputs, or the images' classes); or \
      resnet18's or resnet34's.

      Examples:
        sample-init --method kaiming-normal --seed 1 \\
          --images build/images/fashion-mnist.h5 -o init.h5
        compute-nfm vgg11.h5 | sample-init --method kaiming-nfm --seed 1 -o init.h5
        compute-nfm vgg11.h5 | sample-init --method kaiming-nfm --align vgg11.h5 \\
          --images build/images/fashion-mnist.h5 --architecture vgg11@0.25 -o init.h5
        compute-nfm vgg11.h5 \\
          | sample-init --method kaiming-nfm --for torchvision -o vgg11.pth
        sample-init --method coupled-nfm --source vit.h5 --seed 1 -o init.h5
      """,
    version: version)

  @Argument(
    help: "A features file, for methods that draw from one; - for standard input.",
    completion: .file())
  var input: String?

  @Option(
    name: .shortAndLong, help: "The network file to write; - for standard output.",
    completion: .file())
  var output = "-"

  @Option(
    help: "The method, see above.", completion: .list(Initialisers.all.map(\.name)))
  var method: String

  @Option(help: "Seed of the weights.")
  var seed: UInt64 = 1

  @Option(help: "paper or exact: sets the defaults of --scale, --head and --outputs.")
  var convention = Convention.exact

  @Option(
    help:
      "Size of the covariance: trace (1), fan-in (mean weight variance 2/fan_in), source (that of the source's filters), default (that of the usual initialiser, timm's or torchvision's), output (unit deviation of each layer's output on the images), balanced (the same function as output, with ‖∇W‖/‖W‖ equal in all layers), he-deviation (the paper's √(2/fan_in)·Σ). [default: by method and convention]"
  )
  var scale: FilterScale?

  @Option(help: "ρ: Σ/tr becomes (1−ρ)·Σ/tr + ρ·I/d.")
  var shrink = 0.0

  @Option(
    name: [.customLong("head"), .customLong("fc")],
    help: ArgumentHelp(
      "Fully connected layers: kaiming N(0, 2/inputs), torchvision N(0, 0.01²), or a method of its own size (--scale, --shrink and --layers do not apply to it). [default: kaiming; paper: torchvision; of a transformer timm's N(0, 0.02²)]",
      valueName: "method"),
    completion: .list(HeadInitialisation.names))
  var head: String?

  @Option(
    help:
      "Layers to draw by the method, e.g. 1-4, features.0 or attn.q; kaiming-normal in the rest, of a transformer timm."
  )
  var layers = LayerSelection.all

  @Option(
    help:
      "Maps of a transformer to draw by the method: readers (queries, keys, values, mlp.fc1), writers (patch embedding, attn.proj, mlp.fc2) or both; timm in the rest."
  )
  var sides = TokenSides.both

  @Option(
    help:
      "The source network or run file, for methods that need it (copy, gauge, coupled-nfm, …) and for --scale source.",
    completion: .file())
  var source: String?

  @Option(
    help:
      "The images file that the network is for: gives outputs and normalisation; --align, lsuv, patches, --scale output or balanced, and running statistics of batch normalisations look at its images.",
    completion: .file())
  var images: String?

  @Option(
    help: ArgumentHelp(
      "Side of the images in training; lsuv, patches and --scale output or balanced look at images of this side. [default: the images'; else the features' or source's]",
      valueName: "pixels"))
  var side: Int?

  @Option(
    help:
      "vgg11, 13, 16, 19; with a width as vgg11@0.25; or vgg:16,M,32,M. resnet18, 34, made for ImageNet, or resnet18:stem=cifar; resnet20, 32, 44, 56, 110; with a width as resnet20@0.5. vit-micro, vit-small-32, vit-tiny, vit-small, vit-base; with settings as vit-tiny:side=32,patch=4; or vit:patch=4,width=64,depth=6,heads=4,mlp=128,pool=mean. [default: the features'; else vgg11]"
  )
  var architecture: String?

  @Option(
    help:
      "Outputs of the head: classes. [default: the images', or the features' or source's, else 10; paper: 1000]"
  )
  var outputs: Int?

  @Option(
    help:
      "Widths of a VGG's hidden layers, e.g. 512,512; none for a linear head. [default: the features'; else 512,512]"
  )
  var hidden: HiddenWidths?

  @Option(help: "Side of the average pool. [default: the features'; else 1]")
  var pooled: Int?

  @Option(
    help:
      "Dropout in the head; of transformers, in the branches of its blocks; residual networks have none. [default: the features'; else 0.5 of VGG, 0 of others]"
  )
  var dropout: Float?

  @Option(
    name: .customLong("for"),
    help:
      "Write a state dictionary for this library's VGG or ResNet: torchvision. A .safetensors if the output is called so, else a .pth."
  )
  var library: Library?

  @OptionGroup(title: "Alignment") var aligning: AlignOptions

  @Option(
    help: ArgumentHelp(
      "What tables call the result. [default: the method, and -aligned with --align]"))
  var name: String?

  @OptionGroup var standard: StandardOptions

  func validate() throws {
    try validateLibrary()
    guard (1...4096).contains(side ?? 1) else { throw ValidationError("--side is 1 to 4096") }
    guard seed <= UInt64(Int.max) else { throw ValidationError("--seed is at most \(Int.max)") }
    do {
      let initialiser = try Initialisers.named(method)
      guard aligning.align == nil || initialiser.aligns else {
        throw ValidationError(
          "'\(method)' draws nothing that depends on a source's channels: --align means nothing for it"
        )
      }
      guard aligning.align == nil || source == nil else {
        throw ValidationError("--align names the source: leave out --source")
      }
      guard aligning.align == nil || images != nil else {
        throw ValidationError("--align looks at images: --images IMAGES")
      }
      guard !(aligning.alignNoise && scale == .balanced) else {
        throw ValidationError(
          "--scale balanced looks at labels, and noise (--align-noise) has none")
      }
      guard try drawsFromFeatures() || input == nil else {
        throw ValidationError("'\(method)' draws from no features: leave out '\(input ?? "")'")
      }
    } catch let error as FeatureError {
      let isMethod = (try? Initialisers.named(method)) != nil
      let hint = nearest(
        to: isMethod ? head ?? "" : method,
        among: isMethod ? HeadInitialisation.names : Initialisers.all.map(\.name))
      throw ValidationError(error.description + (hint.map { ": did you mean '\($0)'?" } ?? ""))
    }
  }

  func run() throws {
    let initialiser = try Initialisers.named(method)
    let features = try drawsFromFeatures() ? input ?? "-" : nil
    try PlannedFile.check(
      [PlannedFile(output, library == nil ? .network : .stateDictionary(format ?? .pth))],
      reading: [features, source, aligning.align, images])
    let output = try Output(path: output)
    let materials = try Materials(
      features: features, source: source, align: aligning.align, images: images)
    if let asked = aligning.alignImages, let target = materials.target, asked > target.train.count {
      throw ToolError(
        .data, "\(images ?? ""): \(asked) images are asked for, there are \(target.train.count)")
    }
    let architecture = try architecture(base: materials.architecture, target: materials.target)
    var options = try initialisationOptions()
    if head == nil {
      options.head = try HeadInitialisation.usual(of: architecture, for: initialiser, convention)
    }
    var labels = materials.labels
    let alignment = try naming(aligning.align ?? "") {
      try aligning.alignment(with: materials.alignedSource)
    }
    var aligned = ExplainedChannels()
    var network = try reporting(.data) {
      try initialise(
        architecture, method: initialiser, options: options, seed: seed,
        features: materials.features, source: materials.source,
        images: materials.target.map { try taskImages($0) }, alignment: alignment
      ) { aligned.add($0, $1) }
    }
    if initialiser.startsStatistics(of: architecture, options, isAligned: alignment != nil) {
      let seen = aligning.alignNoise ? "the noise that --align looks at" : "training images"
      Log.say(
        materials.target == nil
          ? "running means are 0 and running variances 1: --images measures them"
          : "running means and variances are measured on \(seen)")
    }
    let scale = try reporting(.data) { try initialiser.scale(options) }
    labels[.initScale] = scale.map { .string($0.rawValue) }
    network.preparation = preparation(materials)
    for warning in labels.sourceWarnings { Log.warn("the source: \(warning)") }
    labels[.initMethod] = .string(method)
    labels[.initName] = (name ?? (alignment == nil ? nil : method + "-aligned")).map {
      .string($0)
    }
    if let alignment { report(aligned, by: alignment, in: &labels) }
    labels[.initSeed] = .integer(Int(seed))
    labels[.initConvention] = .string(convention.rawValue)
    labels[.initShrink] = .double(shrink)
    labels[.initFC] = .string(options.head.name)
    labels[.initLayers] = .string(layers.description)
    labels[.initSides] = sides == .both ? nil : .string(sides.rawValue)
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
