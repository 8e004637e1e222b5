// The work of `train`: the probe before the first step, then epoch after epoch.

import Features
import Networks
import Schemas
import Tensors
import Tooling

extension Train {
  /// Measures signals and gradients in the network before the first step.
  func probe(
    _ network: Network, on images: LabelledImages, called name: String
  ) throws -> Probe {
    let architecture = network.architecture
    return try naming(name) {
      try Probe(
        network, layers: probeHead ? architecture.linearMaps : architecture.body,
        images: TaskImages(
          images, preparation: network.preparation,
          pool: WorkerPool(threads: standard.threadCount)))
    }
  }

  func perform(_ training: Training, log: RunLog?, afterEpoch: () -> Void) {
    let progress = ProgressBar(
      label: "training", total: training.totalSteps, unit: "steps", first: training.stepsDone)
    while !training.isFinished {
      let record = training.runEpoch {
        progress.advance(to: $0.step)
        log?.write($0)
      }
      log?.write(record)
      Log.say(
        "epoch \(training.epochs.count)/\(epochs):"
          + " loss \(Format.fixed(record.trainLoss, 4)), accuracy"
          + " train \(Format.percent(record.trainAccuracy)), validation"
          + " \(Format.percent(record.validationAccuracy)),"
          + " test \(Format.percent(record.testAccuracy ?? .nan))"
      )
      afterEpoch()
    }
    progress.finish()
    if let epoch = training.divergedAt {
      Log.warn("the loss is no longer finite in epoch \(epoch): this run diverged")
    }
  }
}
