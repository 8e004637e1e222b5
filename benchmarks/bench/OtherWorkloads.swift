// Steps of what is no forward or backward pass: drawing filters, assembling batches.

import Features
import Networks
import Tensors

/// A draw from a network's features (NFM), each layer scaled to unit output on `batch` images.
final class SampleInitWorkload: Workload {
  let operations: Double? = nil
  private let features: FeatureSet
  private let images: TaskImages

  init(_ job: Job) throws {
    features = try FeatureSet.nfm(job.initialNetwork())
    images = TaskImages(
      try job.images(job.batch, side: job.side),
      preparation: Network.Preparation(side: job.side, mean: Job.mean, std: Job.std),
      count: job.batch, pool: WorkerPool(threads: job.threads))
  }

  func step(_ watch: inout Stopwatch) throws {
    var options = InitialisationOptions()
    try watch.time("draw") { _ = try draw(options, on: nil) }
    options.scale = .output
    try watch.time("draw, scaled on images") { _ = try draw(options, on: images) }
  }

  private func draw(_ options: InitialisationOptions, on images: TaskImages?) throws -> Network {
    try initialise(
      features.architecture, method: try Initialisers.named("nfm"), options: options, seed: 1,
      features: features, images: images)
  }
}

/// A batch from bytes.
final class AssembleWorkload: Workload {
  let operations: Double? = nil
  private let assembler: BatchAssembler
  private let input: Buffer
  private let chosen: [Int]
  private let pool: WorkerPool

  init(_ job: Job) throws {
    assembler = try BatchAssembler(
      try job.images(job.batch, side: 32),
      .init(side: job.side, mean: Job.mean, std: Job.std))
    input = Buffer(count: job.batch * job.side * job.side * Architecture.inputChannels)
    chosen = Array(0..<job.batch)
    pool = WorkerPool(threads: job.threads)
  }

  func step(_ watch: inout Stopwatch) {
    watch.time("assemble") { assembler.assemble(chosen[...], into: input, pool: pool) }
  }
}
