// How the weights are updated, and how training images are changed.

import ArgumentParser
import HDF5
import Networks
import Schemas
import Tensors

enum Optimiser: String, ExpressibleByArgument, CaseIterable { case sgd, adamw }

struct OptimiserOptions: ParsableArguments {
  @Option(help: "Number of images in a step.")
  var batch = 64

  @Option(help: "The update rule: sgd, or adamw (decoupled decay, of matrices and filters only).")
  var optimiser = Optimiser.sgd

  @Option(help: "Learning rate η.")
  var learningRate: Float = 1e-3

  @Option(help: "Momentum μ of SGD. [default: 0.9]")
  var momentum: Float?

  @Flag(help: "Use Nesterov's momentum in SGD, as PyTorch defines it.")
  var nesterov = false

  @Option(help: "β₁ of AdamW, the factor of the mean of gradients. [default: 0.9]")
  var beta1: Float?

  @Option(help: "β₂ of AdamW, the factor of the mean of squared gradients. [default: 0.999]")
  var beta2: Float?

  @Option(
    help:
      "Weight decay λ: in SGD of every parameter; in AdamW of matrices and filters, but not of biases, normalisations, positions and tokens. [default: 0.0005; adamw: 0.01]"
  )
  var weightDecay: Float?

  @Option(
    help: ArgumentHelp(
      "Learning rate by step: constant; cosine, η·½(1 + cos πt/T) at step t of T, to 0 at the end; or step:EPOCHS:FACTOR, multiplied by FACTOR after every EPOCHS epochs.",
      valueName: "schedule"))
  var schedule = LearningRateSchedule.constant

  @Option(
    help: ArgumentHelp(
      "Epochs of warm-up, which may be a fraction. Over its W steps the learning rate rises linearly: η·(t + 1)/(W + 1) at step t. A cosine falls over the remaining steps.",
      valueName: "epochs"))
  var warmUp = 0.0

  @Option(
    help: ArgumentHelp(
      "Scale a gradient (of all parameters together) down to this norm if its norm is larger.",
      discussion: "This costs a copy of the gradient in each step. [default: no limit]",
      valueName: "norm"))
  var clip: Double?

  @Option(
    help:
      "Label smoothing ε: train towards (1 − ε)·label + ε/outputs. Evaluated losses are not smoothed."
  )
  var labelSmoothing: Float = 0

  @Option(
    help: ArgumentHelp(
      "Changes of training images: none, flip, crop, or flip,crop. flip mirrors an image with probability ½; crop pads it by 4 black pixels and cuts out its original size, before any resizing.",
      valueName: "changes"))
  var augment: Augmentation = []

  @Option(
    help: ArgumentHelp(
      "Mixup: λ·image + (1 − λ)·its neighbour in the batch, with labels mixed in the same way; λ from Beta(α, α) for each batch. 0: none.",
      discussion:
        "With --cutmix too, each batch gets one of the two, with equal probability.",
      valueName: "alpha"))
  var mixup = 0.0

  @Option(
    help: ArgumentHelp(
      "CutMix: a box of 1 − λ of the image's area is replaced by its neighbour's; labels are mixed by area, λ from Beta(α, α). 0: none.",
      valueName: "alpha"))
  var cutmix = 0.0

  func validate() throws {
    try check((1...65_536).contains(batch), "--batch is 1 to 65536, not \(batch)")
    try check(
      learningRate > 0 && learningRate.isFinite,
      "--learning-rate is a positive number, not \(learningRate)")
    let (mu, decay) = (momentum ?? 0.9, weightDecay ?? 0)
    try check((0..<1).contains(mu), "--momentum is in [0, 1), not \(mu)")
    try check(!nesterov || mu > 0, "--nesterov needs a --momentum above 0")
    for (name, beta) in [("--beta1", beta1), ("--beta2", beta2)] {
      try check(beta.map { (0..<1).contains($0) } ?? true, "\(name) is in [0, 1), not \(beta ?? 0)")
    }
    try check(decay >= 0 && decay.isFinite, "--weight-decay is 0 or more, not \(decay)")
    switch optimiser {
    case .sgd:
      try check(beta1 == nil && beta2 == nil, "--beta1 and --beta2 are of --optimiser adamw")
    case .adamw:
      try check(momentum == nil && !nesterov, "--momentum and --nesterov are of --optimiser sgd")
    }
    try check((0...100_000).contains(warmUp), "--warm-up is 0 to 100000 epochs, not \(warmUp)")
    try check(
      clip.map { $0 > 0 && $0.isFinite } ?? true, "--clip is a positive number, not \(clip ?? 0)")
    for (name, alpha) in [("--mixup", mixup), ("--cutmix", cutmix)] {
      try check(
        alpha == 0 || Mixing.alphas.contains(alpha),
        "\(name) is 0 or \(Mixing.alphas.lowerBound) to \(Mixing.alphas.upperBound), not \(alpha)")
      try check(
        alpha == 0 || batch > 1,
        "\(name) mixes the images of a batch: --batch is at least 2, not \(batch)")
    }
    try check(
      (0..<1).contains(labelSmoothing), "--label-smoothing is in [0, 1), not \(labelSmoothing)")
  }
}

/// Refuses a command line.
func check(_ holds: Bool, _ message: String) throws {
  if !holds { throw ValidationError(message) }
}
