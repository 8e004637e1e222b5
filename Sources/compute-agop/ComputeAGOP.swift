// Average gradient outer products of a network's layers, as thin factors.

import ArgumentParser
import Features
import HDF5
import Networks
import Schemas
import Tensors
import Tooling

@main
struct ComputeAGOP: Tool {
  static let configuration = CommandConfiguration(
    commandName: "compute-agop",
    abstract: "Compute the average gradient outer products of a network on images.",
    discussion: """
      Reads a network (or run) file and an images file and writes a features file. For each \
      convolution, or for each of the --layers, the file has the thin factor F of AGOP^α = FᵀF: \
      features.0/factor [r, C·3·3] Float32 (for fully connected layers [r, inputs]).

      AGOP is the mean of g gᵀ over images, positions and logits, with g the gradient of a logit with \
      respect to a patch (or to all inputs of a fully connected layer). It equals Wᵀ·D·W with D [K, K] \
      the mean of δδᵀ, δ the gradient with respect to the pre-activation. So one backward pass for \
      each logit serves all layers, and no Jacobian is formed.

      The maps of a transformer are its patch embedding and, in each block, queries, keys and values \
      of each head, the projection of attention and the MLP's two layers. Positions are tokens, and \
      gradients are with respect to the normalised token, before the gain of the layer normalisation. \
      --convention paper does what AGOP's authors do for vision transformers: queries, keys and \
      values, the gradient after gain and bias, 10 images, all logits, the sum over images and logits, \
      the mean over tokens.

      The convergence of the matrices is stored in convergence/ (images Int64 [m]; cosine Float64 [m, \
      layers] between the AGOP of the first N/2, N/4, … images and that of all). Faults of the network \
      (filters without gradient or weight, collapsed rank) are reported and recorded in the file.

      --count chooses the same images for every seed and every order of the images in the file. Class \
      counts differ by at most one, unless a class is exhausted.

      This costs one forward pass for each image, and for each logit one backward pass that computes \
      gradients of activations only.

      Example:
        compute-agop vgg11.h5 --images build/images/fashion-mnist.h5 \\
          --count 256 -o agop.h5
      """,
    version: version)

  @Argument(help: "A network or run file; - for standard input.", completion: .file())
  var input = "-"

  @Option(
    name: .shortAndLong, help: "The features file to write; - for standard output.",
    completion: .file())
  var output = "-"

  @Option(help: "The images file; its training images are used.", completion: .file())
  var images: String

  @OptionGroup var selection: LayersOption

  @Option(
    help:
      "Number of images to use, see above. [default: 256, or all if fewer; paper: 11, for a transformer 10]"
  )
  var count: Int?

  @Option(
    help:
      "Gradients of which logits: all; a number N, the first N; label, that of the image's class; or probes:N, N random sums with signs. [default: all; paper: 10, for a transformer all]"
  )
  var logits: LogitSelection?

  @Option(
    help:
      "mean or sum over images, positions and logits, or position-mean: the sum over images and logits of the mean over positions. [default: mean; paper: sum, for a transformer position-mean]"
  )
  var reduction: FeatureSet.Reduction?

  @Option(help: "α, the power of the matrix.")
  var power = 0.5

  @Option(
    help:
      "Whether a layer keeps its own bias while its gradients are computed: kept, or dropped (convolutional networks only). [default: kept; paper: dropped, for a transformer kept]"
  )
  var ownBias: OwnBias?

  @OptionGroup var norms: GainOption

  @OptionGroup var spectrum: ShiftOption

  @Option(
    help:
      "Algorithm of the convolutions: winograd, or direct, which is slower. They can differ where rounding decides the sign of a ReLU's input. [default: winograd; paper: direct]"
  )
  var convolution: ConvolutionAlgorithm?

  @Option(
    help:
      "paper or exact: sets the defaults of --count, --logits, --reduction, --own-bias, --convolution and --shift; for a transformer also of --layers and --gain."
  )
  var convention = Convention.exact

  @Option(help: "Seed of the signs of --logits probes:N.")
  var seed: UInt64 = 0

  @Flag(help: "Write the matrices themselves too: features.0/matrix [d, d], 340 MB for VGG11.")
  var dense = false

  @OptionGroup var standard: StandardOptions

  enum OwnBias: String, ExpressibleByArgument, CaseIterable { case kept, dropped }

  func validate() throws {
    guard power > 0, power <= 4 else {
      throw ValidationError("--power is in (0, 4], not \(power)")
    }
    if let count, count < 1 { throw ValidationError("--count is at least 1, not \(count)") }
  }

  func run() throws {
    try PlannedFile.check([PlannedFile(output, .features)], reading: [input, images])
    let input = try Input(path: input)
    let imagesInput = try Input(path: images)
    let output = try Output(path: output)
    let file = try input.openHDF5()
    let stored = try NetworkFile(file)
    let images = try ImagesFile(imagesInput.openHDF5())
    let architecture = stored.network.architecture
    try images.train.require(count, by: "--count", "training", in: imagesInput.name)
    let settings = try GradientSettings(
      self, of: architecture, in: input.name, images: images.train.count)
    var network = stored.network
    let difference = images.difference(from: network.preparation)?.asNetwork()
    network.preparation = images.completing(network.preparation)
    let (features, convergence, found) = try compute(
      network, images.train, settings, name: input.name)
    let warnings = found + Self.untrainedWarnings(stored.labels, file)
    var labels = stored.sourceLabels
    labels.sourceWarnings = warnings
    settings.describe(in: &labels, of: architecture)
    let history = try History.of(file).appending(
      tool: "compute-agop",
      options: settings.described(self, of: architecture),
      inputs: [
        (role: "network", sha256: try input.sha256()),
        (role: "images", sha256: try imagesInput.sha256()),
      ])
    if let difference { Log.warn("\(difference) \(preparationRemedy)") }
    for warning in warnings { Log.warn("the source: \(warning)") }
    try output.writeHDF5 { file in
      try FeaturesFile(features, labels: labels).write(to: file, dense: dense)
      try ConvergenceGroup(convergence).write(to: file)
      try history.write(to: file)
    }
  }

  private func compute(
    _ network: Network, _ images: LabelledImages, _ settings: GradientSettings, name: String
  ) throws -> (FeatureSet, [GradientSurvey.Agreement], warnings: [String]) {
    let maps = settings.maps
    let progress = ProgressBar(label: "gradients", total: settings.count, unit: "images")
    return try naming(name) {
      let survey = try GradientSurvey(
        network, images: images, indices: images.choose(settings.count, for: .gradients),
        layers: maps, logits: settings.logits, keepsOwnBias: settings.ownBias == .kept, seed: seed,
        algorithm: settings.convolution,
        pool: WorkerPool(threads: standard.threadCount)
      ) { progress.advance(to: $0) }
      progress.finish()
      return (
        try FeatureSet.agop(
          network, layers: maps, moments: survey.whole, reduction: settings.reduction,
          gain: settings.gain, power: power
        ).shifted(settings.shift),
        try survey.convergence(network, gain: settings.gain, power: power),
        try network.weightWarnings(layers: maps) + survey.whole.warnings(network.architecture)
      )
    }
  }

  /// Warnings of a network whose logits were never trained, because its file had no classifier or because it is a part of
  /// a deeper network. A run has trained them, and an initial network only names such a network as its source.
  private static func untrainedWarnings(_ labels: Labels, _ file: File) -> [String] {
    guard labels[.initMethod] == nil, !RunFile.isRun(file) else { return [] }
    let cut = labels[.sourceCutFrom]?.string.map {
      "part of \($0), never trained as a whole: these are not the gradients of \($0)"
    }
    let headless = labels[.sourceHead].map { head in
      head.string == "token"
        ? "it came without a head: gradients are of the values of the token that a head would read"
        : "it came without a classifier: gradients are of the means of its last maps"
    }
    return [cut, headless].compactMap { $0 }
  }
}

extension FeatureSet.Reduction: ExpressibleByArgument {}
