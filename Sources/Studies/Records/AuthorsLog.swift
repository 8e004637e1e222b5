// The JSON logs that the paper's own PyTorch code writes, one for each run. Runs made with that code can be in
// the same table, and its notebooks can read this project's runs.
//
// `val_accs` is required; `train_accs`, `train_losses`, `val_losses` may be missing (their epochs are
// then NaN). `test_acc` and `test_loss` are measured after the last epoch and belong to it. Data
// set, method, network and classes come from `config`. Keys match in any case; `valid_` and
// `validation_` count as `val_`, `training_` as `train_`, and the singular as the plural.

import Foundation
import Measurements

/// An error in a log.
package enum AuthorsLogError: Error, Equatable, CustomStringConvertible {
  case notJSON(file: String)
  case missing(file: String, key: String)
  case unequal(file: String, key: String, count: Int, epochs: Int)
  case notAnAccuracy(file: String, value: Double)

  package var description: String {
    switch self {
    case .notJSON(let file): "\(file): not a JSON object"
    case .missing(let file, let key): "\(file): no '\(key)', or not a list of numbers"
    case .unequal(let file, let key, let count, let epochs):
      "\(file): '\(key)' has \(count) values, 'val_accs' has \(epochs)"
    case .notAnAccuracy(let file, let value):
      "\(file): \(exact(value)) is not an accuracy, neither in [0, 1] nor in percent"
    }
  }
}

/// Reading and writing of the authors' logs.
package enum AuthorsLog {
  /// The size in bytes of the largest log that is read, enough for 100,000 epochs. A parsed log takes about fifty
  /// times its size in memory.
  package static let largest = 16 << 20

  /// Reads a log. The seed is the authors' 42 unless the log has one. Runs that repeat a seed need
  /// distinct numbers to be in one table, and are repetitions, not replicates.
  /// - Throws: `AuthorsLogError`.
  package static func read(
    _ data: Data, file: String
  ) throws(AuthorsLogError) -> RunRecord {
    guard
      let object = try? JSONSerialization.jsonObject(with: withoutNaN(data)) as? [String: Any]
    else { throw .notJSON(file: file) }
    let log = normalised(object)
    let config = (log["config"] as? [String: Any]).map(normalised) ?? [:]
    func section(_ name: String) -> [String: Any] {
      (config[name] as? [String: Any]).map(normalised) ?? [:]
    }
    let (model, source) = (section("model"), section("data"))
    guard let validation = numbers(log["val_accs"]), !validation.isEmpty else {
      throw .missing(file: file, key: "val_accs")
    }
    let count = validation.count
    func column(_ key: String) throws(AuthorsLogError) -> [Double]? {
      guard let value = log[key] else { return nil }
      guard let values = numbers(value) else { throw .missing(file: file, key: key) }
      guard values.count == count else {
        throw .unequal(file: file, key: key, count: values.count, epochs: count)
      }
      return values
    }
    let trainLosses = try column("train_losses")
    let trainAccuracies = try column("train_accs")
    let validationLosses = try column("val_losses")
    let testAccuracy = number(log["test_acc"])
    let classes = number(source["num_classes"]).flatMap { Int(exactly: $0) }
    let unit = try unit(
      validation + (trainAccuracies ?? []) + [testAccuracy ?? .nan], file: file, classes: classes,
      losses: validationLosses ?? [])
    let epochs = validation.indices.map { index in
      EpochRecord(
        trainLoss: trainLosses?[index] ?? .nan,
        trainAccuracy: (trainAccuracies?[index] ?? .nan) / unit,
        validationLoss: validationLosses?[index] ?? .nan,
        validationAccuracy: validation[index] / unit,
        testLoss: index == count - 1 ? number(log["test_loss"]) : nil,
        testAccuracy: index == count - 1 ? testAccuracy.map { $0 / unit } : nil)
    }
    var record = RunRecord(
      dataset: source["dataset"] as? String ?? "unknown",
      method: (model["init_method"] as? String).map(ourName) ?? "unknown",
      sourceSeed: number(config["source_seed"]).flatMap { Int(exactly: $0) },
      seed: number(config["seed"]).flatMap { Int(exactly: $0) } ?? 42,
      architecture: model["type"] as? String ?? "unknown",
      convention: config["convention"] as? String ?? "paper", classes: classes,
      options: options(section("optimizer")) + options(section("options"))
        + [RunOption("epochs_asked", "\(count)")],
      epochs: epochs)
    // Losses that were never logged do not count as divergence.
    let losses = [trainLosses, validationLosses].compactMap(\.self)
    record.divergedAt = (0..<count).first { epoch in losses.contains { !$0[epoch].isFinite } }
      .map { $0 + 1 }
    return record
  }

  /// Writes a run as the authors' code does, with accuracies in percent, and with null for losses that are not
  /// finite.
  /// - Throws: an encoding error.
  package static func write(_ run: RunRecord) throws -> Data {
    func list(_ value: (EpochRecord) -> Double) -> [Any] {
      run.epochs.map { json(value($0)) }
    }
    func best(_ values: [Double], _ choose: ([Double]) -> Double?) -> Any {
      json(choose(values.filter(\.isFinite)))
    }
    var config: [String: Any] = [
      "data": ["dataset": run.dataset, "num_classes": run.classes.map { $0 as Any } ?? NSNull()],
      "model": [
        "type": run.architecture, "init_method": run.method.replacing("-", with: "_"),
      ],
      "optimizer": dictionary(run.options.filter { optimiserNames[$0.name] != nil }),
      "options": dictionary(
        run.options.filter { optimiserNames[$0.name] == nil && $0.name != "epochs_asked" }),
      "training": ["epochs": run.epochs.count, "criterion": "cross_entropy"],
      "convention": run.convention,
      "seed": run.seed,
    ]
    if let source = run.sourceSeed { config["source_seed"] = source }
    let log: [String: Any] = [
      "experiment_name": "\(run.dataset) \(run.method) \(run.seed)",
      "config": config,
      "test_acc": json(run.lastTestAccuracy.map { 100 * $0 }),
      "test_loss": json(run.epochs.last?.testLoss),
      "best_val_acc": best(run.epochs.map { 100 * $0.validationAccuracy }) { $0.max() },
      "best_val_loss": best(run.epochs.map(\.validationLoss)) { $0.min() },
      "best_train_acc": best(run.epochs.map { 100 * $0.trainAccuracy }) { $0.max() },
      "best_train_loss": best(run.epochs.map(\.trainLoss)) { $0.min() },
      "val_accs": list { 100 * $0.validationAccuracy },
      "val_losses": list(\.validationLoss),
      "train_accs": list { 100 * $0.trainAccuracy },
      "train_losses": list(\.trainLoss),
    ]
    let encoded = try JSONSerialization.data(
      withJSONObject: log, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return Data((jsonText(encoded) + "\n").utf8)
  }

  private static func dictionary(_ options: [RunOption]) -> [String: Any] {
    Dictionary(
      options.map { option in
        // JSON has neither NaN nor infinity, so such a number stays text.
        (
          optimiserNames[option.name] ?? option.name,
          finite(Double(option.value)) ?? option.value as Any
        )
      },
      uniquingKeysWith: { first, _ in first })
  }

  private static func json(_ value: Double?) -> Any {
    finite(value).map { $0 as Any } ?? NSNull()
  }

  /// The number that accuracies are divided by: 100 for percent, 1 for shares. They are in percent if one exceeds 1,
  /// and shares otherwise, with one exception: if a run of C classes learned nothing (lowest validation loss above
  /// 0.9 ln C), the nearer of 1/C and 100/C decides.
  private static func unit(
    _ values: [Double], file: String, classes: Int?, losses: [Double]
  ) throws(AuthorsLogError) -> Double {
    let known = values.filter(\.isFinite)
    if let bad = known.first(where: { $0 < 0 || $0 > 100 }) {
      throw .notAnAccuracy(file: file, value: bad)
    }
    guard let highest = known.max(), highest <= 1 else { return 100 }
    guard let classes, classes > 1, let lowest = losses.filter(\.isFinite).min(),
      lowest > 0.9 * log(Double(classes))
    else { return 1 }
    let chance = 1 / Double(classes)
    return abs(highest / 100 - chance) < abs(highest - chance) ? 100 : 1
  }
}
