// Trains a network on images and records every epoch.

import ArgumentParser
import HDF5
import Networks
import Schemas
import Tensors
import Tooling

@main
struct Train: Tool {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network on images.",
    discussion: """
      Reads a network file and an images file, splits the training images 80/20 into training and \
      validation, trains by SGD (or AdamW) on the cross-entropy, and writes a run file. It contains:
        the network after the last epoch, and in best/… the one after the epoch
          with the best validation accuracy;
        for every epoch loss and accuracy on training images (running, with dropout;
          and evaluated), validation and test images (epochs/… Float64 [epochs];
          accuracies in [0, 1], losses in nats);
        the probe of the initial network on a batch of training images: deviation
          and effective rank of each convolution's pre-activations, share of filters
          that never fire, norm of the loss's gradient (probe/… Float64 [layers]; with
          --probe-head also for the fully connected layers);
        what the best network predicts for each test image (test/predictions,
          beside test/labels, UInt16 [images]).

      Images are normalised by the mean and std stored with them. The seed decides split, order, \
      dropout, augmentation and mixing, but not the weights: runs with equal seeds are paired. The \
      running loss is the training objective, with augmentation, mixing and label smoothing; evaluated \
      losses have none of them. In the running accuracy the prediction for a mixed image counts as the \
      share of its label. --subset and --test-subset choose the same images for every seed and every \
      order of the images in the file; class counts differ by at most one, unless a class is \
      exhausted. If the loss is no longer finite, the run ends and counts as diverged.

      After every epoch the run's state is written beside the output, to OUTPUT.checkpoint (three \
      times the network's size, with AdamW four times). If a run is interrupted, the same command \
      continues it, and the result has the same bytes as without the interruption. A checkpoint with \
      other options or inputs is refused with their names, and is not changed; --restart starts from \
      the beginning. The number of --epochs may be larger than that of the checkpoint, unless \
      --schedule cosine depends on it. The checkpoint is removed when the run is written. With \
      --keep-checkpoint it is kept, and a later command with more --epochs continues the run, \
      including the optimiser's state.

      Inputs are never changed. The output, --log and --checkpoint replace only a run, a log and a \
      checkpoint of train.

      Example:
        train init.h5 --images build/images/fashion-mnist.h5 \\
          --epochs 4 --seed 1 -o run.h5
      """,
    version: version)

  @Argument(
    help: "The network or run file that training starts from; - for standard input.",
    completion: .file())
  var input = "-"

  @Option(
    name: .shortAndLong, help: "The run file to write; - for standard output.", completion: .file())
  var output = "-"

  @Option(help: "The images file to train, validate and test on.", completion: .file())
  var images: String

  @Option(help: "Number of epochs; 0 only probes the network.")
  var epochs = 20

  @Option(
    help: ArgumentHelp(
      "Resize images to this side. [default: the network's; else no resizing]",
      discussion:
        "A network whose initialiser used images (lsuv, patches, scale output or balanced) keeps their side.",
      valueName: "pixels")
  )
  var side: Int?

  @OptionGroup var optimiser: OptimiserOptions

  @Option(help: "Seed of split, order, dropout, augmentation and mixing.")
  var seed: UInt64 = 1

  @Option(help: "Share of the training images that are used for validation.")
  var validationShare = 0.2

  @Flag(help: "Give each class the same share of the validation images as of all images.")
  var stratify = false

  @Option(help: "Number of training images to use, see above. [default: all]")
  var subset: Int?

  @Option(help: "Number of test images to test on, see above. [default: all]")
  var testSubset: Int?

  @Flag(help: "Probe the fully connected layers of the initial network too.")
  var probeHead = false

  @Option(help: "Algorithm of the convolutions: winograd, or direct, which is slower.")
  var convolution = ConvolutionAlgorithm.winograd

  @Option(
    help:
      "A label that distinguishes this run from others of its method; it follows the method in tables."
  )
  var variant: String?

  @OptionGroup var checkpointing: CheckpointOptions

  @Option(
    help: "Write a log to this file, with a line of JSON for every epoch and every 50 steps.",
    completion: .file())
  var log: String?

  @OptionGroup var standard: StandardOptions

  func validate() throws {
    try check((0...100_000).contains(epochs), "--epochs is 0 to 100000, not \(epochs)")
    try check(
      epochs == 0 || optimiser.warmUp < Double(epochs),
      "--warm-up \(optimiser.warmUp) is not shorter than the run, of --epochs \(epochs)")
    try check(side.map { (1...4096).contains($0) } ?? true, "--side is 1 to 4096")
    try check(
      validationShare > 0 && validationShare < 1,
      "--validation-share is between 0 and 1, not \(validationShare)")
    try check(subset.map { $0 > 1 } ?? true, "--subset is at least 2")
    try check(testSubset.map { $0 > 0 } ?? true, "--test-subset is at least 1")
    try check(seed <= UInt64(Int.max), "--seed is at most \(Int.max)")
    try check(log != "-", "--log is a file; standard output is the run's")
    try check(
      variant.map { !$0.isEmpty && !$0.contains { $0.isNewline } } ?? true, "--variant is a name")
  }

  func run() throws {
    let checkpointPath = try checkpointing.path(output: output)
    try PlannedFile.check(
      [
        PlannedFile(output, .run),
        checkpointPath.map { PlannedFile($0, .checkpoint, option: "--checkpoint") },
        log.map { PlannedFile($0, RunLog.kind, option: "--log") },
      ], reading: [input, images])
    let input = try Input(path: input)
    let imagesInput = try Input(path: images)
    let output = try Output(path: output)
    let file = try input.openHDF5()
    let initial = try NetworkFile(file)
    let imagesFile = try imagesInput.openHDF5()
    let images = try ImagesFile(imagesFile)
    try requireSide(of: initial, file)
    var network = initial.network
    let difference = images.difference(from: network.preparation)
    (network.preparation.mean, network.preparation.std) = images.normalisation
    network.preparation.side = side ?? network.preparation.side ?? images.train.height
    try images.train.require(subset, by: "--subset", "training", in: imagesInput.name)
    try images.test.require(testSubset, by: "--test-subset", "test", in: imagesInput.name)
    let training = try naming("\(input.name) on \(imagesInput.name)") {
      try Training(
        network, images: images.train, test: images.test, options: options,
        algorithm: convolution, pool: WorkerPool(threads: standard.threadCount))
    }
    let probe = try probe(network, on: images.train, called: input.name)
    let digests = [
      (role: "network", sha256: try input.sha256()),
      (role: "images", sha256: try imagesInput.sha256()),
    ]
    let history = History.merging([
      try History.of(file), try History.of(imagesFile),
    ]).appending(tool: "train", options: described, inputs: digests)
    // A version that chooses other images makes another run.
    let asked = AskedWords(
      [("version", version), ("choice", "by-content")]
        + described.map { ("--\($0.0)", $0.1.isEmpty ? "on" : $0.1) }
        + digests.map { ($0.role, "sha256:\($0.sha256)") })
    let checkpoint = try checkpointPath.map {
      try Checkpoint(checkpointing, path: $0, asked: asked)
    }
    let run = {
      RunFile(
        NetworkFile(training.network, labels: initial.labels), best: training.best?.network,
        bestEpoch: training.best?.epoch, probe: ProbeGroup(probe), epochs: training.epochs,
        divergedAt: training.divergedAt, dataset: images.name, seed: seed,
        options: attributes(training, classes: images.classes))
    }
    let isResumed = try checkpoint?.resume(training, insteadOf: output) ?? false
    let log = try log.map {
      try RunLog(
        path: $0, of: training, epochs: epochs, images: images, subset: subset,
        threads: standard.threadCount, resumed: isResumed)
    }
    // Warnings come after everything that can refuse, so that a refusal is one line.
    if let warning = difference?.asImages(sideIsChosen: side != nil) { Log.warn(warning) }
    for warning in probe.warnings { Log.say("at the start: \(warning)") }
    perform(training, log: log) { checkpoint?.save(training, as: run) }
    try output.writeHDF5 { file in
      try run().write(to: file)
      try training.testAnswers?.write(to: file)
      try history.write(to: file)
    }
    checkpoint?.finish(training, as: run)
    log?.end()
  }
}
