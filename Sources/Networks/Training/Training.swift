// The training loop.

import Measurements
import Tensors

/// A training run: split of the images, shuffled batches, steps of an update rule, evaluation after every epoch.
package final class Training {
  /// The records of the completed epochs, in order.
  package internal(set) var epochs: [EpochRecord] = []
  /// The network after the epoch with the best validation accuracy, and that epoch's index from 0. The first such epoch
  /// counts if several are equal.
  package internal(set) var best: (network: Network, epoch: Int)?
  /// The epoch, counted from 1, in which the loss became infinite or NaN; nil if it stayed finite. No epoch follows it.
  package private(set) var divergedAt: Int?
  /// The number of images that are trained on.
  package let trainingCount: Int
  /// The number of validation images.
  package let validationCount: Int

  let options: TrainingOptions
  let compiled: CompiledNetwork
  let pool: WorkerPool
  private let training: [Int]
  let validation: [Int]
  let tested: [Int]
  let images: LabelledImages
  let test: LabelledImages
  private let trainingBatches: BatchAssembler
  let testBatches: BatchAssembler

  /// Chooses and splits the images, and allocates the network.
  ///
  /// - Throws: `NetworkError` if the images, their labels and the network do not fit together, or if no image is left for
  ///   training or for validation.
  package init(
    _ network: Network, images: LabelledImages, test: LabelledImages, options: TrainingOptions,
    algorithm: ConvolutionAlgorithm = .winograd, pool: WorkerPool
  ) throws(NetworkError) {
    let outputs = network.architecture.outputs
    for labels in [images.labels, test.labels] {
      if let largest = labels.max(), Int(largest) >= outputs {
        throw NetworkError("label \(largest) is outside the head's \(outputs) outputs")
      }
    }
    let chosen =
      try options.subset.map { count throws(NetworkError) in
        try images.choose(count, for: .training)
      } ?? Array(0..<images.count)
    tested =
      try options.testSubset.map { count throws(NetworkError) in
        try test.choose(count, for: .test)
      } ?? Array(0..<test.count)
    let used = chosen.count
    let held = Int((Double(used) * options.validationShare).rounded())
    guard held > 0, held < used else {
      throw NetworkError(
        "\(used) training images leave \(used - held) to train and \(held) to validate on")
    }
    let split = TrainingSplit(
      chosen, labels: images.labels, held: held, stratified: options.stratify, seed: options.seed)
    validation = split.validation
    training = split.training
    trainingCount = training.count
    validationCount = validation.count
    self.options = options
    self.images = images
    self.test = test
    self.pool = pool
    var preparation = network.preparation
    let side = preparation.side ?? images.height
    preparation.side = side
    trainingBatches = try BatchAssembler(images, preparation)
    testBatches = test.count == 0 ? trainingBatches : try BatchAssembler(test, preparation)
    // No pass holds more images than there are.
    let most = max(training.count, validation.count, tested.count)
    compiled = try CompiledNetwork(
      network, side: side, batch: min(options.batch, most), pool: pool, trains: true,
      slots: options.rule.slots.count, algorithm: algorithm)
  }

  /// The network after the last completed epoch.
  package var network: Network { compiled.network }

  /// The number of steps of the whole run.
  package var totalSteps: Int { options.epochs * stepsPerEpoch }
  /// The number of steps of the completed epochs.
  package var stepsDone: Int { epochs.count * stepsPerEpoch }
  private var stepsPerEpoch: Int { (training.count + options.batch - 1) / options.batch }

  /// Whether no epoch remains: all are completed, or the run has diverged.
  package var isFinished: Bool { epochs.count >= options.epochs || divergedAt != nil }

  /// Trains for one epoch and evaluates the network.
  ///
  /// - Parameter progress: Called after each step.
  @discardableResult
  package func runEpoch(progress: (StepRecord) -> Void = { _ in }) -> EpochRecord {
    precondition(!isFinished)
    var stream = RandomStream(seed: options.seed, .shuffle, index: epochs.count)
    let order = stream.permutation(training.count).map { training[$0] }
    var (loss, correct, seen) = (0.0, 0.0, 0)
    var step = stepsDone
    while seen < order.count, loss.isFinite {
      let batch = order[seen..<min(seen + options.batch, order.count)]
      trainingBatches.assemble(
        batch, changes: changes(step: step, images: batch.count), into: compiled.input, pool: pool)
      let mixture = options.mixing.draw(seed: options.seed, step: step, side: compiled.side)
      mixture?.mix(compiled.input, images: batch.count, side: compiled.side, pool: pool)
      compiled.forward(
        images: batch.count, dropout: DropoutDraws(seed: options.seed, step: step))
      let labels = batch.map { images.labels[$0] }
      let result = compiled.loss(
        labels: labels[...], partners: mixture?.partners(of: labels),
        smoothing: options.labelSmoothing)
      loss += result.sum
      correct += result.correct
      seen += batch.count
      guard loss.isFinite else { break }
      let rule = rule(step: step)
      if let clip = options.clip {
        compiled.backward(images: batch.count, .keep)
        compiled.update(rule, clip: clip)
      } else {
        compiled.backward(images: batch.count, .apply(rule))
      }
      step += 1
      progress(
        StepRecord(
          step: step, images: seen, loss: loss / Double(seen),
          accuracy: correct / Double(seen), learningRate: rule.learningRate))
    }
    return finishEpoch(loss: loss / Double(seen), accuracy: correct / Double(seen))
  }

  /// The update rule of one step, with its learning rate.
  /// - Parameter step: The step, counted from 0 over the whole run.
  private func rule(step: Int) -> any UpdateRule {
    var rule = options.rule
    rule.learningRate *= Float(
      options.schedule.factor(
        step: step, of: totalSteps, epoch: epochs.count,
        warmUp: options.warmUpSteps(stepsPerEpoch: stepsPerEpoch)))
    rule.begin(step: step + 1)
    return rule
  }

  private func changes(step: Int, images: Int) -> [ImageChange]? {
    options.augmentation.isEmpty
      ? nil : options.augmentation.draw(seed: options.seed, step: step, images: images)
  }

  private func finishEpoch(loss: Double, accuracy: Double) -> EpochRecord {
    let again = training.prefix(validation.count)
    let trained = evaluate(again, of: images, trainingBatches)
    let validated = evaluate(validation[...], of: images, trainingBatches)
    let tested = evaluate(tested[...], of: test, testBatches)
    let record = EpochRecord(
      trainLoss: loss, trainAccuracy: accuracy, trainLossEvaluated: trained.loss,
      trainAccuracyEvaluated: trained.accuracy, validationLoss: validated.loss,
      validationAccuracy: validated.accuracy, testLoss: tested.loss, testAccuracy: tested.accuracy)
    epochs.append(record)
    if loss.isFinite && validated.loss.isFinite {
      let previous = best.map { epochs[$0.epoch].validationAccuracy } ?? -1
      if record.validationAccuracy > previous {
        best = (compiled.network, epochs.count - 1)
      }
    } else {
      divergedAt = epochs.count
    }
    return record
  }

  /// The mean loss and the accuracy in evaluation mode. Both are NaN if there are no images.
  private func evaluate(
    _ indices: ArraySlice<Int>, of images: LabelledImages, _ batches: BatchAssembler
  ) -> (loss: Double, accuracy: Double) {
    var (loss, correct) = (0.0, 0.0)
    compiled.evaluate(indices, from: batches, atMost: options.batch) { batch in
      let result = compiled.loss(labels: ArraySlice(batch.map { images.labels[$0] }))
      loss += result.sum
      correct += result.correct
    }
    let count = Double(indices.count)
    return (loss / count, correct / count)
  }
}
