// The group `epochs` of a run file, read and written.

import HDF5
import Measurements
import Tooling

/// Losses and accuracies of every epoch of a run: the group `epochs`, Float64 [epochs] each.
struct EpochsGroup {
  let records: [EpochRecord]

  init(_ records: [EpochRecord]) { self.records = records }

  /// The datasets.
  enum Column: String, CaseIterable {
    case trainLoss = "train_loss"
    case trainAccuracy = "train_accuracy"
    case trainLossEvaluated = "train_loss_evaluated"
    case trainAccuracyEvaluated = "train_accuracy_evaluated"
    case validationLoss = "validation_loss"
    case validationAccuracy = "validation_accuracy"
    case testLoss = "test_loss"
    case testAccuracy = "test_accuracy"

    fileprivate var path: String { "epochs/\(rawValue)" }

    private func value(_ record: EpochRecord) -> Double? {
      switch self {
      case .trainLoss: record.trainLoss
      case .trainAccuracy: record.trainAccuracy
      case .trainLossEvaluated: record.trainLossEvaluated
      case .trainAccuracyEvaluated: record.trainAccuracyEvaluated
      case .validationLoss: record.validationLoss
      case .validationAccuracy: record.validationAccuracy
      case .testLoss: record.testLoss
      case .testAccuracy: record.testAccuracy
      }
    }

    /// One number for each epoch; NaN where nothing was measured.
    func values(_ records: [EpochRecord]) -> [Double] { records.map { value($0) ?? .nan } }
  }

  /// Whether a file has the group.
  static func isThere(in file: File) -> Bool { file.root.contains(Column.trainLoss.path) }

  /// - Throws: `ToolError` naming the file and the dataset that is missing or of another length.
  init(_ file: File) throws {
    let root = file.root
    guard Self.isThere(in: file) else {
      throw schemaError(file, "no '\(Column.trainLoss.path)': runs are made by train")
    }
    let shape = try root.shape(of: Column.trainLoss.path)
    guard shape.count == 1, shape[0] <= 1_000_000 else {
      throw schemaError(
        file, "'\(Column.trainLoss.path)' is \(shape), not one number an epoch")
    }
    func column(_ column: Column) throws -> [Double] {
      guard root.contains(column.path), try root.shape(of: column.path) == shape else {
        throw schemaError(file, "'\(column.path)' is missing or not \(shape)")
      }
      return try root.read(column.path, as: Double.self).values
    }
    let running = (try column(.trainLoss), try column(.trainAccuracy))
    let evaluated = (try column(.trainLossEvaluated), try column(.trainAccuracyEvaluated))
    let validation = (try column(.validationLoss), try column(.validationAccuracy))
    let test = (try column(.testLoss), try column(.testAccuracy))
    records = (0..<shape[0]).map {
      EpochRecord(
        trainLoss: running.0[$0], trainAccuracy: running.1[$0],
        trainLossEvaluated: evaluated.0[$0], trainAccuracyEvaluated: evaluated.1[$0],
        validationLoss: validation.0[$0], validationAccuracy: validation.1[$0],
        testLoss: test.0[$0], testAccuracy: test.1[$0])
    }
  }

  func write(to file: File) throws {
    for column in Column.allCases {
      try file.root.write(column.values(records), shape: [records.count], to: column.path)
    }
  }
}
