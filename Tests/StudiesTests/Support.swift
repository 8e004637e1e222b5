// Helpers of the tests: fixtures, and runs made by hand.

import Foundation
import Measurements
import Studies
import Testing

/// The bytes of a file in Fixtures.
func fixture(_ name: String) throws -> Data {
  let url = try #require(
    Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures"))
  return try Data(contentsOf: url)
}

/// An epoch with a given validation accuracy and a test accuracy that is 0.01 lower.
func epoch(
  _ validation: Double, train: Double = 0.5, trainLoss: Double = 1, evaluated: Double? = nil,
  validationLoss: Double = 1.2
) -> EpochRecord {
  EpochRecord(
    trainLoss: trainLoss, trainAccuracy: train, trainLossEvaluated: evaluated,
    validationLoss: validationLoss, validationAccuracy: validation, testLoss: 1.3,
    testAccuracy: validation - 0.01)
}

/// A run with given validation accuracies by epoch.
func run(
  _ method: String, seed: Int, source: Int? = nil, on dataset: String = "cifar10",
  _ validation: [Double], diverges: Bool = false
) -> RunRecord {
  var epochs = validation.map { epoch($0) }
  if diverges { epochs.append(epoch(0.1, trainLoss: .nan)) }
  return RunRecord(
    dataset: dataset, method: method, sourceSeed: source, seed: seed, architecture: "vgg11",
    convention: "exact", classes: 10, epochs: epochs)
}

/// Runs `body` with an empty folder, which is removed afterwards.
func withFolder<T>(_ body: (URL) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("studies-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The location of a program on the PATH, or nil.
func executable(_ name: String) -> URL? {
  let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
  return path.split(separator: ":").map { "\($0)/\(name)" }
    .first(where: FileManager.default.isExecutableFile).map(URL.init(fileURLWithPath:))
}

/// Whether gnuplot is installed, for tests that draw.
let hasGnuplot = (try? Gnuplot()) != nil
