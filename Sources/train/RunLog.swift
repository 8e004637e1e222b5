// `--log`: the progress of a run, for other programs and for `make status`. Times are those of this process. A process
// that continues from a checkpoint appends, and starts with a line of kind `start` as every other.

import Foundation
import Measurements
import Networks
import Schemas
import Tooling

final class RunLog {
  /// One line. Numbers that are not finite are left out.
  private struct Line: Encodable {
    let kind: String
    /// From 1; in a line of kind `start` the number of completed epochs.
    var epoch: Int
    let epochs: Int
    /// The step in the whole run.
    var step: Int
    let steps: Int
    let seconds: Double
    /// Since the line before, evaluation included.
    var imagesPerSecond: Double?
    var learningRate: Double?
    /// Running, since the epoch began.
    var loss: Double?
    var accuracy: Double?
    var trainLoss: Double?
    var trainAccuracy: Double?
    var trainLossEvaluated: Double?
    var trainAccuracyEvaluated: Double?
    var validationLoss: Double?
    var validationAccuracy: Double?
    var testLoss: Double?
    var testAccuracy: Double?
    /// The machine and process that write.
    var host: String?
    var process: Int32?
    /// What is trained, so that the time of other runs can be estimated from this one's.
    var dataset: String?
    var architecture: String?
    var side: Int?
    /// Images that train and validate.
    var images: Int?
    /// Training images in the file.
    var imagesInFile: Int?
    var threads: Int?
    /// Peak memory of this process, in bytes.
    var peakMemory: Int?
  }

  /// The kind of these logs. Keys are sorted, so the first line begins with one of two keys: in version
  /// 0.1.0 it had no architecture. A killed process may leave an incomplete line.
  static let kind = OutputKind(
    "a log of train", format: "JSON Lines", endings: ["jsonl", "json", "txt"]
  ) { input in
    let head = String(decoding: try input.head(4096), as: UTF8.self)
    guard ["architecture", "epoch"].contains(where: { head.hasPrefix("{\"\($0)\":") }) else {
      return false
    }
    return head.contains("\"kind\":\"start\"") || !head.contains("\n")
  }

  /// Steps between two lines.
  private static let interval = 50

  private let lines: JSONLines
  private let training: Training
  private let epochs: Int
  private let start = ContinuousClock.now
  private var last = (seconds: 0.0, images: 0)
  private var learningRate = 0.0

  /// - Parameters:
  ///   - epochs: the number of `--epochs`.
  ///   - images: the set of which the run trains on `subset` images, or on all.
  ///   - resumed: append to what an earlier process has written.
  init(
    path: String, of training: Training, epochs: Int, images: ImagesFile, subset: Int?,
    threads: Int, resumed: Bool
  ) throws {
    lines = try JSONLines(path: path, continuing: resumed)
    self.training = training
    self.epochs = epochs
    var line = line("start")
    line.host = ProcessInfo.processInfo.hostName
    line.process = ProcessInfo.processInfo.processIdentifier
    line.dataset = images.name
    line.architecture = training.network.architecture.name
    line.side = training.network.preparation.side
    line.images = subset ?? images.train.count
    line.imagesInFile = images.train.count
    line.threads = threads
    lines.append(line)
  }

  func write(_ step: StepRecord) {
    learningRate = Double("\(step.learningRate)") ?? 0
    guard step.step % Self.interval == 0 else { return }
    var line = line("step")
    line.epoch += 1
    line.step = step.step
    line.imagesPerSecond = rate(until: line.seconds, images: step.images)
    line.learningRate = learningRate
    line.loss = finite(step.loss)
    line.accuracy = finite(step.accuracy)
    lines.append(line)
  }

  func write(_ epoch: EpochRecord) {
    var line = line("epoch")
    line.imagesPerSecond = rate(until: line.seconds, images: training.trainingCount)
    last.images = 0
    line.learningRate = learningRate
    line.trainLoss = finite(epoch.trainLoss)
    line.trainAccuracy = finite(epoch.trainAccuracy)
    line.trainLossEvaluated = finite(epoch.trainLossEvaluated)
    line.trainAccuracyEvaluated = finite(epoch.trainAccuracyEvaluated)
    line.validationLoss = finite(epoch.validationLoss)
    line.validationAccuracy = finite(epoch.validationAccuracy)
    line.testLoss = finite(epoch.testLoss)
    line.testAccuracy = finite(epoch.testAccuracy)
    lines.append(line)
  }

  /// Says that the run is written.
  func end() {
    var line = line("end")
    line.peakMemory = peakMemory()
    lines.append(line)
  }

  private func line(_ kind: String) -> Line {
    let elapsed = (ContinuousClock.now - start) / .milliseconds(1)
    return Line(
      kind: kind, epoch: training.epochs.count, epochs: epochs, step: training.stepsDone,
      steps: training.totalSteps, seconds: elapsed.rounded() / 1000)
  }

  private func rate(until seconds: Double, images: Int) -> Double? {
    defer { last = (seconds, images) }
    let rate = Double(images - last.images) / (seconds - last.seconds)
    return finite(rate).map { ($0 * 10).rounded() / 10 }
  }

  private func finite(_ x: Double?) -> Double? { x.flatMap { $0.isFinite ? $0 : nil } }
}
