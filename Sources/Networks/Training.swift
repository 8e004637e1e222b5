import Tensors

/// What a training run is asked to do. The same seed gives the same split, order and dropout masks
/// whatever the initial weights are: methods are compared on paired runs.
public struct TrainingOptions: Equatable, Sendable {
  public var epochs: Int
  public var batch: Int
  public var sgd: SGD
  public var seed: UInt64
  /// Share of the images that validate, in (0, 1).
  public var validationShare: Double
  /// How many of the official training images to use (split and all); nil: all.
  public var subset: Int?
  /// How many of the official test images to test on, the first in file order; nil: all.
  public var testSubset: Int?

  public init(
    epochs: Int, batch: Int = 64, sgd: SGD, seed: UInt64, validationShare: Double = 0.2,
    subset: Int? = nil, testSubset: Int? = nil
  ) {
    self.epochs = epochs
    self.batch = batch
    self.sgd = sgd
    self.seed = seed
    self.validationShare = validationShare
    self.subset = subset
    self.testSubset = testSubset
  }
}

/// What one epoch ended with. Losses are means over images, accuracies shares in [0, 1].
public struct EpochRecord: Equatable, Sendable {
  /// Running means while training, dropout on (what the paper's Figures 2 and 3 plot).
  public var trainLoss: Double
  public var trainAccuracy: Double
  /// The same in evaluation mode after the epoch, on as many training images as validate.
  public var trainLossEvaluated: Double
  public var trainAccuracyEvaluated: Double
  public var validationLoss: Double
  public var validationAccuracy: Double
  /// NaN when there are no test images.
  public var testLoss: Double
  public var testAccuracy: Double

  public init(
    trainLoss: Double, trainAccuracy: Double, trainLossEvaluated: Double,
    trainAccuracyEvaluated: Double, validationLoss: Double, validationAccuracy: Double,
    testLoss: Double, testAccuracy: Double
  ) {
    self.trainLoss = trainLoss
    self.trainAccuracy = trainAccuracy
    self.trainLossEvaluated = trainLossEvaluated
    self.trainAccuracyEvaluated = trainAccuracyEvaluated
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.testLoss = testLoss
    self.testAccuracy = testAccuracy
  }
}

/// The training loop: split, shuffled batches, SGD, evaluation after every epoch.
public final class Training {
  public private(set) var epochs: [EpochRecord] = []
  /// The network at the epoch with the best validation accuracy (the first of equals), and that
  /// epoch's index.
  public private(set) var best: (network: Network, epoch: Int)?
  /// The epoch (from 1) in which the loss ceased to be finite, if it did. No epoch follows it.
  public private(set) var divergedAt: Int?
  public let trainingCount: Int
  public let validationCount: Int

  private let options: TrainingOptions
  private let compiled: CompiledNetwork
  private let pool: WorkerPool
  private let training: [Int]
  private let validation: [Int]
  private let images: LabelledImages
  private let test: LabelledImages
  private let trainingBatches: BatchAssembler
  private let testBatches: BatchAssembler
  private var step = 0

  /// - Throws: `NetworkError` when the images, their labels and the network do not fit together or
  ///   leave nothing to train or validate on.
  public init(
    _ network: Network, images: LabelledImages, test: LabelledImages, options: TrainingOptions,
    algorithm: ConvolutionAlgorithm = .winograd, pool: WorkerPool
  ) throws(NetworkError) {
    let side = network.preparation.side ?? images.height
    let (mean, std) = (network.preparation.mean, network.preparation.std)
    let outputs = network.architecture.outputs
    for labels in [images.labels, test.labels] {
      if let largest = labels.max(), Int(largest) >= outputs {
        throw NetworkError("label \(largest) is outside the head's \(outputs) outputs")
      }
    }
    if let subset = options.subset, subset > images.count {
      throw NetworkError("a subset of \(subset) from \(images.count) training images")
    }
    let used = options.subset ?? images.count
    let held = Int((Double(used) * options.validationShare).rounded())
    guard held > 0, held < used else {
      throw NetworkError(
        "\(used) training images leave \(used - held) to train and \(held) to validate on")
    }
    var stream = RandomStream(seed: options.seed, .split)
    let order = stream.permutation(images.count)
    validation = Array(order[..<held])
    training = Array(order[held..<used])
    trainingCount = training.count
    validationCount = validation.count
    self.options = options
    self.images = images
    self.test = test
    self.pool = pool
    trainingBatches = try BatchAssembler(images, side: side, mean: mean, std: std)
    testBatches =
      test.count == 0
      ? trainingBatches
      : try BatchAssembler(test, side: side, mean: mean, std: std)
    compiled = try CompiledNetwork(
      network, side: side, batch: options.batch, pool: pool, trains: true, algorithm: algorithm)
  }

  /// Network as it is after the last epoch.
  public var network: Network { compiled.network }

  /// Steps that all epochs take together, for progress.
  public var totalSteps: Int { options.epochs * stepsPerEpoch }
  private var stepsPerEpoch: Int { (training.count + options.batch - 1) / options.batch }

  /// Whether another epoch remains.
  public var isFinished: Bool { epochs.count >= options.epochs || divergedAt != nil }

  /// Trains for one epoch and evaluates.
  ///
  /// - Parameter progress: called after each step with the number of steps done in the whole run.
  @discardableResult
  public func runEpoch(progress: (Int) -> Void = { _ in }) -> EpochRecord {
    precondition(!isFinished)
    var stream = RandomStream(seed: options.seed, .shuffle, index: epochs.count)
    let order = stream.permutation(training.count).map { training[$0] }
    var (loss, correct, seen) = (0.0, 0, 0)
    var first = 0
    while first < order.count, loss.isFinite {
      let batch = order[first..<min(first + options.batch, order.count)]
      trainingBatches.assemble(batch, into: compiled.input, pool: pool)
      compiled.forward(
        images: batch.count, dropout: DropoutDraws(seed: options.seed, step: step))
      let result = compiled.loss(labels: ArraySlice(batch.map { images.labels[$0] }))
      loss += result.sum
      correct += result.correct
      seen += batch.count
      step += 1
      first += batch.count
      guard loss.isFinite else { break }
      compiled.backward(images: batch.count, applying: options.sgd)
      progress(step)
    }
    return finishEpoch(loss: loss / Double(seen), accuracy: Double(correct) / Double(seen))
  }

  private func finishEpoch(loss: Double, accuracy: Double) -> EpochRecord {
    let again = training.prefix(validation.count)
    let trained = evaluate(again, of: images, trainingBatches)
    let validated = evaluate(validation[...], of: images, trainingBatches)
    let tested = evaluate(
      Array(0..<min(options.testSubset ?? test.count, test.count))[...], of: test, testBatches)
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

  /// Mean loss and accuracy in evaluation mode; NaN of no images.
  private func evaluate(
    _ indices: ArraySlice<Int>, of images: LabelledImages, _ batches: BatchAssembler
  ) -> (loss: Double, accuracy: Double) {
    var (loss, correct) = (0.0, 0)
    var first = indices.startIndex
    while first < indices.endIndex {
      let batch = indices[first..<min(first + options.batch, indices.endIndex)]
      batches.assemble(batch, into: compiled.input, pool: pool)
      compiled.evaluate(images: batch.count)
      let result = compiled.loss(labels: ArraySlice(batch.map { images.labels[$0] }))
      loss += result.sum
      correct += result.correct
      first += batch.count
    }
    let count = Double(indices.count)
    return (loss / count, Double(correct) / count)
  }
}
