/// Steps of training, evaluation and AGOP.

import Networks
import Tensors

/// A step of SGD with dropout, on a batch that is there already.
final class TrainWorkload: Workload {
  let operations: Double?
  private let network: CompiledNetwork
  private let labels: [UInt16]
  private var steps = 0

  init(_ job: Job) throws {
    network = try CompiledNetwork(
      job.initialNetwork(), side: job.side, batch: job.batch,
      pool: WorkerPool(threads: job.threads), trains: true)
    labels = job.labels
    operations = Double(job.batch) * Operations(network.architecture, side: job.side).train
    Job.fill(network.input)
  }

  func step(_ watch: inout Stopwatch) {
    let images = labels.count
    watch.time("forward") {
      network.forward(images: images, dropout: DropoutDraws(seed: 1, step: steps))
    }
    _ = watch.time("loss") { network.loss(labels: labels[...]) }
    watch.time("backward and update") {
      network.backward(
        images: images, .apply(SGD(learningRate: 1e-3, momentum: 0.9, weightDecay: 5e-4)))
    }
    steps += 1
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
    operations = Double(job.batch) * Operations(network.architecture, side: job.side).forward
    Job.fill(network.input)
  }

  func step(_ watch: inout Stopwatch) {
    watch.time("forward") { network.evaluate(images: network.batch) }
  }
}

/// The gradients' moments of a batch, for all convolutions.
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
      * Operations(try job.network, side: job.side).agop(logits: job.logits)
    Job.fill(pass.input)
  }

  func step(_ watch: inout Stopwatch) throws {
    try watch.time("gradients") { try pass.add(images: labels.count, labels: labels) }
  }
}
