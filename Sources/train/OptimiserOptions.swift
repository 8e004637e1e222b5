/// How the weights are moved, and what the images go through before.

import ArgumentParser
import HDF5
import Networks
import Schemas
import Tensors

struct OptimiserOptions: ParsableArguments {
  @Option(help: "Images a step.")
  var batch = 64

  @Option(help: "η of SGD.")
  var learningRate: Float = 1e-3

  @Option(help: "μ of SGD.")
  var momentum: Float = 0.9

  @Flag(help: "Nesterov's momentum, as PyTorch has it.")
  var nesterov = false

  @Option(help: "λ of SGD, on weights and biases.")
  var weightDecay: Float = 5e-4

  @Option(
    help: ArgumentHelp(
      "constant; cosine: η·½(1 + cos πt/T) at step t of T, to 0 at the end; step:EPOCHS:FACTOR: times FACTOR after every so many epochs.",
      valueName: "schedule"))
  var schedule = LearningRateSchedule.constant

  @Option(
    help: ArgumentHelp(
      "Scale longer gradients (of all parameters together) down to this length.",
      discussion: "Costs a copy of the gradient each step. [default: no limit]", valueName: "norm"))
  var clip: Double?

  @Option(help: "ε: train towards (1 − ε)·label + ε/outputs. Evaluated losses stay plain.")
  var labelSmoothing: Float = 0

  @Option(
    help: ArgumentHelp(
      "none, flip, crop, or flip,crop: mirror every second training image; cut it from a frame of 4 black pixels, at its own size, before any resizing.",
      valueName: "changes"))
  var augment: Augmentation = []

  func validate() throws {
    try check((1...65_536).contains(batch), "--batch is 1 to 65536, not \(batch)")
    try check(
      learningRate > 0 && learningRate.isFinite,
      "--learning-rate is a positive number, not \(learningRate)")
    try check((0..<1).contains(momentum), "--momentum is in [0, 1), not \(momentum)")
    try check(!nesterov || momentum > 0, "--nesterov needs a --momentum above 0")
    try check(
      weightDecay >= 0 && weightDecay.isFinite,
      "--weight-decay is not negative, not \(weightDecay)")
    try check(
      clip.map { $0 > 0 && $0.isFinite } ?? true, "--clip is a positive number, not \(clip ?? 0)")
    try check(
      (0..<1).contains(labelSmoothing), "--label-smoothing is in [0, 1), not \(labelSmoothing)")
  }

  var sgd: SGD {
    SGD(
      learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, nesterov: nesterov)
  }

  /// What decides the result, under the names it was given by.
  var described: [(String, String)] {
    [
      ("batch", "\(batch)"), ("learning-rate", "\(learningRate)"), ("momentum", "\(momentum)"),
      ("weight-decay", "\(weightDecay)"), ("schedule", schedule.text), ("augment", augment.text),
      ("label-smoothing", "\(labelSmoothing)"),
    ] + (nesterov ? [("nesterov", "")] : []) + (clip.map { [("clip", "\($0)")] } ?? [])
  }

  /// The same as attributes of the run.
  var attributes: [RunFile.Attribute: AttributeValue] {
    var values: [RunFile.Attribute: AttributeValue] = [
      .batch: .integer(batch), .learningRate: .double(exactly(learningRate)),
      .momentum: .double(exactly(momentum)), .weightDecay: .double(exactly(weightDecay)),
      .schedule: .string(schedule.text), .augment: .string(augment.text),
      .labelSmoothing: .double(exactly(labelSmoothing)), .nesterov: .integer(nesterov ? 1 : 0),
    ]
    values[.clip] = clip.map { .double($0) }
    return values
  }

  /// The number as it was written: 0.1, not 0.100000001.
  private func exactly(_ x: Float) -> Double { Double("\(x)") ?? Double(x) }
}

/// Refuses a command line.
func check(_ holds: Bool, _ message: String) throws {
  if !holds { throw ValidationError(message) }
}
