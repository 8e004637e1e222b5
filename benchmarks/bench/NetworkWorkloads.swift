// Steps of training, evaluation and AGOP.

import Networks
import Tensors

/// A step on a batch that is there already: SGD with dropout, or of a transformer a step of its recipe in
/// docs/training.md, AdamW on clipped gradients of smoothed labels.
final class TrainWorkload: Workload {
  let operations: Double?
  private let network: CompiledNetwork
  private let labels: [UInt16]
  private let recipe: Recipe
  private var steps = 0

  private struct Recipe {
    var rule: any UpdateRule = SGD(learningRate: 1e-3, momentum: 0.9, weightDecay: 5e-4)
    var smoothing: Float = 0
    var clip: Double?

    static let transformer = Recipe(
      rule: AdamW(learningRate: 1e-3, weightDecay: 0.05), smoothing: 0.1, clip: 1)
  }

  init(_ job: Job) throws {
    let initial = try job.initialNetwork()
    recipe = initial.architecture.isTransformer ? .transformer : Recipe()
    network = try CompiledNetwork(
      initial, side: job.side, batch: job.batch, pool: WorkerPool(threads: job.threads),
      trains: true, slots: recipe.rule.slots.count)
    labels = job.labels
    operations =
      Double(job.batch) * (try Operations(network.architecture, side: job.side)).train
    Job.fill(network.input)
  }

  func step(_ watch: inout Stopwatch) {
    let images = labels.count
    watch.time("forward") {
      network.forward(images: images, dropout: DropoutDraws(seed: 1, step: steps))
    }
    _ = watch.time("loss") { network.loss(labels: labels[...], smoothing: recipe.smoothing) }
    steps += 1
    var rule = recipe.rule
    rule.begin(step: steps)
    watch.time("backward and update") {
      guard let clip = recipe.clip else {
        network.backward(images: images, .apply(rule))
        return
      }
      network.backward(images: images, .keep)
      network.update(rule, clip: clip)
    }
  }
}

/// Logits of a batch.
final class EvaluateWorkload: Workload {
  let operations: Double?
  private let network: CompiledNetwork

  init(_ job: Job) throws {
    network = try CompiledNetwork(
      job.initialNetwork(), side: job.side, batch: job.batch,
      pool: WorkerPool(threads: job.threads), trains: false, differentiates: false)
    operations =
      Double(job.batch) * (try Operations(network.architecture, side: job.side)).forward
    Job.fill(network.input)
  }

  func step(_ watch: inout Stopwatch) {
    watch.time("forward") { network.evaluate(images: network.batch) }
  }
}

/// The gradients' moments of a batch, for all linear maps before the head.
final class AGOPWorkload: Workload {
  let operations: Double?
  private let pass: GradientMomentsPass
  private let labels: [UInt16]

  init(_ job: Job) throws {
    pass = try GradientMomentsPass(
      job.initialNetwork(), side: job.side, logits: .first(job.logits),
      pool: WorkerPool(threads: job.threads), batch: job.batch * job.logits)
    labels = job.labels
    operations =
      Double(job.batch)
      * (try Operations(try job.network, side: job.side)).agop(logits: job.logits)
    Job.fill(pass.input)
  }

  func step(_ watch: inout Stopwatch) throws {
    try watch.time("gradients") { try pass.add(images: labels.count, labels: labels) }
  }
}
